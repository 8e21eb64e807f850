using System.CommandLine;
using SegPipe.Configuration;
using SegPipe.Host.Fetching;
using SegPipe.Models;

namespace SegPipe.Host.Commands.Models;

/// <summary><c>segpipe models pull</c>: fetches a published file from where its publisher has it.</summary>
internal sealed class PullCommand
{
    private const long DefaultMostBytes = 512L << 20;

    private readonly Argument<string> _name = new("NAME|ADDRESS") { Description = "A model of the catalogue (segpipe models list), or a web address." };

    private readonly Option<string?> _out = new("--out", "-o") { HelpName = "FILE", Description = "Where it goes. [default: the file's own name, here]" };

    private readonly Option<string?> _sha256 = new("--sha256") { HelpName = "HEX", Description = "SHA-256 that the file must have." };

    private readonly Option<long> _maxSize = new("--max-size")
    {
        HelpName = "SIZE",
        Description = "Refuse larger files, as in 1gib. [default: 512mib, or what the catalogue says]",
        CustomParser = result =>
        {
            if (ByteSize.TryParse(result.Tokens[0].Value, out var bytes)) return bytes;
            result.AddError($"--max-size takes a size such as 512mib, not '{result.Tokens[0].Value}'");
            return 0;
        },
    };

    private readonly Option<bool> _force = new("--force") { Description = "Replace an older file of that name." };

    public static Command Create(HostConsole console)
    {
        var self = new PullCommand();
        var command = new Command("pull", "Fetch a published file; models import then makes a model of it.") { self._name, self._out, self._sha256, self._maxSize, self._force };
        command.SetAction((parsed, stop) => self.RunAsync(parsed, console, stop));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, HostConsole console, CancellationToken stop)
    {
        var model = ModelOf(parsed.GetRequiredValue(_name));
        var path = parsed.GetValue(_out) ?? model.FileName;
        if (File.Exists(path) && !parsed.GetValue(_force)) throw new SegPipeException(ExitCode.CannotCreate, $"The file {path} is there already.", "Add --force to fetch it again, or give --out another name.");
        var expected = new ExpectedContent(model.Bytes, parsed.GetValue(_sha256) ?? model.Sha256, model.GitBlob);
        var most = parsed.GetValue(_maxSize) is var stated and > 0 ? stated : Math.Max(model.Bytes ?? 0, DefaultMostBytes);
        using var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15) }) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new("segpipe", VersionText.Version));
        await new FetchProgress(console).ShowAsync(model.Name, progress => new FileFetch(client, progress).RunAsync(new(new(model.Address!), path, most, expected), stop)).ConfigureAwait(false);
        console.Note($"fetched {path} ({new FileInfo(path).Length:N0} bytes; {(expected.IsKnown ? "it is the published file" : "nobody published a hash to check it by")})");
        if (model.Licence is { } licence) console.Note($"licence: {licence}");
        console.Note(model.Note is { } note ? $"next: {note}" : $"next: segpipe models import {path} --out {model.Name}.onnx");
        return 0;
    }

    private static PublishedModel ModelOf(string nameOrAddress)
    {
        if (Uri.TryCreate(nameOrAddress, UriKind.Absolute, out var address) && address.Scheme is "https" or "http")
        {
            var file = Path.GetFileName(address.LocalPath);
            if (file.Length == 0) throw new SegPipeException(ExitCode.Usage, $"The address {nameOrAddress} names no file.", "Give the address of the file itself.");
            return new() { Name = Path.GetFileNameWithoutExtension(file), Family = "", Container = "", Address = nameOrAddress };
        }

        var all = PublishedModels.All();
        var model = all.FirstOrDefault(model => model.Name == nameOrAddress) ?? throw new SegPipeException(ExitCode.InputMissing,
            $"The catalogue has no model '{nameOrAddress}'{Suggestion.Clause(nameOrAddress, all.Select(model => model.Name))}", "See what there is: segpipe models list");
        return model.Address is not null ? model : throw new SegPipeException(ExitCode.Unavailable,
            $"'{model.Name}' has no address that it could be fetched from; it is published here: {model.Published}.", "Fetch it with a browser, then: segpipe models import FILE");
    }
}
