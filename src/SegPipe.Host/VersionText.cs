using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace SegPipe.Host;

/// <summary>Prints the program's version.</summary>
internal sealed class VersionText : SynchronousCommandLineAction
{
    /// <summary>Major, minor and patch.</summary>
    public static string Version { get; } = typeof(VersionText).Assembly.GetName().Version!.ToString(3);

    /// <summary>The commit that it was built from, or <c>unknown</c>.</summary>
    public static string Commit { get; } =
        typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit] ? commit : "unknown";

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Version);
        return 0;
    }
}
