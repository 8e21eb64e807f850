using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SegPipe.Host.Cluster;

namespace SegPipe.Host.Commands.Cluster;

/// <summary><c>segpipe dead</c>: what nobody could do.</summary>
internal static class DeadCommand
{
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static Command Create(HostConsole console) => new("dead", "Look through the broker's dead letters.") { List(console), Show(console), Requeue(console), Drop(console) };

    private static Command List(HostConsole console)
    {
        var json = new Option<bool>("--json") { Description = "As JSON." };
        return Make("list", "List the dead letters, the oldest first.", console, [json], async (parsed, letters, cancel) =>
        {
            var all = await letters.ListAsync(cancel).ConfigureAwait(false);
            if (parsed.GetValue(json)) console.Out.WriteLine(console.Redact(JsonSerializer.Serialize(all, Form)));
            else foreach (var letter in all) console.Out.WriteLine(console.Redact($"{letter.Id}  {letter.Reason}"));
            if (all.Count == 0) console.Note("no dead letters");
        });
    }

    private static Command Show(HostConsole console)
    {
        var id = new Argument<string>("ID") { Description = "Its name in the list." };
        return Make("show", "Show a dead letter: what it is, why it is dead, and its text.", console, [id], async (parsed, letters, cancel) =>
        {
            var named = parsed.GetRequiredValue(id);
            var found = (await letters.ListAsync(cancel).ConfigureAwait(false)).Where(l => l.Id == named).ToList();
            if (found.Count == 0) throw Unknown(named);
            foreach (var letter in found) console.Out.WriteLine(console.Redact(JsonSerializer.Serialize(letter, Form)));
        });
    }

    private static Command Requeue(HostConsole console) => Some("requeue", "Send dead letters back, to be tried as if for the first time.", console, "sent back", (letters, which, cancel) => letters.RequeueAsync(which, cancel));

    private static Command Drop(HostConsole console) => Some("drop", "Remove dead letters for good.", console, "removed", (letters, which, cancel) => letters.DropAsync(which, cancel));

    private static Command Some(string name, string description, HostConsole console, string done, Func<DeadLetters, Func<DeadLetter, bool>, CancellationToken, Task<IReadOnlyList<DeadLetter>>> act)
    {
        var ids = new Argument<string[]>("ID") { Arity = ArgumentArity.ZeroOrMore, Description = "Names in the list." };
        var all = new Option<bool>("--all") { Description = "All of them." };
        return Make(name, description, console, [ids, all], async (parsed, letters, cancel) =>
        {
            var (named, every) = (parsed.GetRequiredValue(ids).ToHashSet(StringComparer.Ordinal), parsed.GetValue(all));
            if (every == named.Count > 0) throw new SegPipeException(ExitCode.Usage, "Which dead letters are meant?", $"Name some, or all: segpipe dead {name} --all");
            var taken = await act(letters, letter => every || named.Contains(letter.Id), cancel).ConfigureAwait(false);
            if (named.Except(taken.Select(l => l.Id)).FirstOrDefault() is { } missing) throw Unknown(missing);
            foreach (var letter in taken) console.Note(letter.Id);
            console.Note($"{taken.Count} {done}");
        });
    }

    private static SegPipeException Unknown(string id) => new(ExitCode.InputMissing, $"There is no dead letter {id}.", "See those that there are: segpipe dead list");

    private static Command Make(string name, string description, HostConsole console, IEnumerable<Symbol> symbols, Func<ParseResult, DeadLetters, CancellationToken, Task> act)
    {
        var broker = new BrokerOptions();
        var command = broker.AddTo(new(name, description));
        foreach (var symbol in symbols)
        {
            if (symbol is Option option) command.Add(option);
            else command.Add((Argument)symbol);
        }
        command.SetAction(async (parsed, cancel) =>
        {
            var address = broker.Address(parsed, console);
            await using var link = new BrokerLink(address, "segpipe dead", new WorkerSettings().Heartbeat, console.Time, NullLogger.Instance);
            await using var publishing = new BrokerLink(address, "segpipe dead publishes", new WorkerSettings().Heartbeat, console.Time, NullLogger.Instance);
            await using var publisher = new Publisher(publishing, new("cpu"), console.Time, NullLogger.Instance);
            await publisher.DeclareAsync(cancel).ConfigureAwait(false);
            await act(parsed, new(link, publisher), cancel).ConfigureAwait(false);
            return (int)ExitCode.Done;
        });
        return command;
    }
}
