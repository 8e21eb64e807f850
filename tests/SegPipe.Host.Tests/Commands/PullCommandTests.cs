using System.Security.Cryptography;
using System.Text;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Commands;

public sealed class PullCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _content = new byte[300_000];
    private LoopbackServer _server = null!;

    private string Target => _folder["model.tflite"];

    private string Hash => Convert.ToHexStringLower(SHA256.HashData(_content));

    public Task InitializeAsync()
    {
        new Random(4).NextBytes(_content);
        _server = new(_content);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_fetched_checked_and_named()
    {
        var result = (await PullAsync("--sha256", Hash)).Expect(ExitCode.Done);

        Assert.Equal(_content, await File.ReadAllBytesAsync(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
        Assert.Contains("300,000 bytes; it is the published file", result.Error);
        Assert.Contains("models import", result.Error);
    }

    [Fact]
    public async Task A_broken_fetch_is_gone_on_with()
    {
        _server.BreakAfter = 100_000;
        (await PullAsync("--sha256", Hash)).Fails(ExitCode.Unavailable, "are kept for the next try", "segpipe models import");
        Assert.False(File.Exists(Target));
        var kept = new FileInfo(Target + ".partial").Length;

        _server.BreakAfter = null;
        (await PullAsync("--sha256", Hash)).Expect(ExitCode.Done);

        Assert.InRange(kept, 1, 100_000);
        Assert.Equal(["", $"bytes={kept}-"], _server.Ranges);
        Assert.Equal(_content, await File.ReadAllBytesAsync(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_file_that_was_replaced_in_the_meantime_is_fetched_from_its_beginning()
    {
        _server.BreakAfter = 100_000;
        await PullAsync();
        (_server.BreakAfter, _server.Tag, _server.Content) = (null, "\"two\"", [.. _content.Reverse()]);

        (await PullAsync()).Expect(ExitCode.Done);

        Assert.Equal(_server.Content, await File.ReadAllBytesAsync(Target));
    }

    [Fact]
    public async Task A_fetch_that_ended_before_it_was_checked_asks_for_no_byte_twice()
    {
        await File.WriteAllBytesAsync(Target + ".partial", _content);
        await File.WriteAllTextAsync(Target + ".partial.tag", _server.Tag);

        (await PullAsync("--sha256", Hash)).Expect(ExitCode.Done);

        Assert.Equal(_content, await File.ReadAllBytesAsync(Target));
    }

    [Fact]
    public async Task Another_file_than_the_expected_is_thrown_away()
    {
        (await PullAsync("--sha256", new string('0', 64))).Fails(ExitCode.InputUnusable, "SHA-256 " + Hash, "thrown away");

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Too_much_is_refused_also_where_the_server_does_not_say_how_much(bool hides)
    {
        _server.HidesLength = hides;

        (await PullAsync("--max-size", "100KB")).Fails(ExitCode.InputUnusable, "100,000 are allowed", "--max-size");

        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task Without_a_length_the_file_comes_whole()
    {
        _server.HidesLength = true;

        Assert.Contains("nobody published a hash", (await PullAsync()).Expect(ExitCode.Done).Error);

        Assert.Equal(_content, await File.ReadAllBytesAsync(Target));
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>", "web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "Git-LFS pointer")]
    public async Task Pages_and_pointers_are_named_as_what_they_are(string text, string what)
    {
        _server.Content = Encoding.UTF8.GetBytes(text);

        (await PullAsync()).Fails(ExitCode.InputUnusable, what);
        (await PullAsync("--sha256", Hash)).Fails(ExitCode.InputUnusable, what);

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_server_that_refuses_or_is_not_there_is_named()
    {
        _server.Status = 404;
        (await PullAsync()).Fails(ExitCode.Unavailable, "127.0.0.1 answers 404 (NotFound) for /models/model.tflite");

        await _server.DisposeAsync();
        (await PullAsync()).Fails(ExitCode.Unavailable, "cannot be reached", "another computer");
    }

    [Fact]
    public async Task An_older_file_is_only_replaced_when_that_is_wanted()
    {
        await File.WriteAllTextAsync(Target, "older");

        (await PullAsync()).Fails(ExitCode.CannotCreate, "--force");
        (await PullAsync("--force")).Expect(ExitCode.Done);

        Assert.Equal(_content, await File.ReadAllBytesAsync(Target));
    }

    [Fact]
    public async Task Names_that_are_not_in_the_catalogue_or_have_no_address_are_answered_with_what_to_do()
    {
        (await Cli.RunAsync("models", "pull", "mosaic-r4-uint9")).Fails(ExitCode.InputMissing, "did you mean `mosaic-r4-uint8`?");
        (await Cli.RunAsync("models", "pull", "shufflenet-v2-dpc")).Fails(ExitCode.Unavailable, "sercant/mobile-segmentation");
        (await Cli.RunAsync("models", "pull", "x", "--max-size", "much")).Fails(ExitCode.Usage, "--max-size");
    }

    private Task<CliResult> PullAsync(params string[] more) => Cli.RunAsync(["models", "pull", _server.Address + "models/model.tflite", "--out", Target, .. more]);
}
