using System.CommandLine;
using SegPipe.Configuration;

namespace SegPipe.Host.Commands;

/// <summary><c>segpipe schema</c>: the JSON Schema that editors complete and check pipelines with.</summary>
internal static class SchemaCommand
{
    public static Command Create(HostConsole console)
    {
        var command = new Command("schema", "Print the JSON Schema of pipelines, for editors.");
        command.SetAction(_ =>
        {
            console.Out.Write(new SchemaWriter(BuildComponents.Catalog, BuildComponents.Docs).Write());
            return 0;
        });
        return command;
    }
}
