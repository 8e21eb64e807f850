using System.CommandLine;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Host.Drawing;

namespace SegPipe.Host.Commands;

/// <summary><c>segpipe describe</c>: a component with its options and an example.</summary>
internal static class DescribeCommand
{
    public static Command Create(HostConsole console)
    {
        var type = new Argument<string>("TYPE") { Description = "A type as pipelines name it, such as decode, or sink/video_file where a source and a sink share a name." };
        var command = new Command("describe", "Show a component: its inputs, outputs, options and an example.") { type };
        command.SetAction(parsed =>
        {
            var components = Find(parsed.GetRequiredValue(type));
            console.Out.Write(string.Join("\n", components.Select(c => ComponentText.Write(c, BuildComponents.Docs))));
            return 0;
        });
        return command;
    }

    private static IReadOnlyList<ComponentDescriptor> Find(string text)
    {
        var (kind, name) = text.Split('/') is [var first, var second] ? (first, second) : (null, text);
        var components = BuildComponents.Catalog.All.Where(c => c.Name == name && (kind is null || kind == SnakeCase.Of(c.Kind.ToString()))).ToList();
        if (components.Count > 0) return components;
        var known = BuildComponents.Catalog.All.SelectMany(c => (string[])[c.Name, $"{SnakeCase.Of(c.Kind.ToString())}/{c.Name}"]);
        throw new SegPipeException(ExitCode.Usage, $"There is no type '{text}'{(Suggestion.Clause(text, known) is { Length: > 0 } meant ? meant : ".")}", "All types: segpipe list");
    }
}
