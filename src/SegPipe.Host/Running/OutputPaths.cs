using SegPipe.Components;
using SegPipe.Configuration;

namespace SegPipe.Host.Running;

/// <summary>Where a pipeline's sinks write to.</summary>
internal static class OutputPaths
{
    /// <summary>The sinks that write to a path, with it.</summary>
    public static IEnumerable<(ComponentDefinition Sink, string Path)> Of(PipelineDefinition pipeline) =>
        from stream in pipeline.Streams
        from component in stream.Components
        where component.Descriptor.Kind == ComponentKind.Sink
        from option in OptionDescriptor.Of(component.Options.GetType())
        where option.Has<OutputPathAttribute>()
        let path = option.ValueIn(component.Options) as string
        where path is not null
        select (component, path);
}
