using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Configuration;

/// <summary>Checks what components name besides their inputs (models, ancestors), and what nothing names.</summary>
internal sealed class UseCheck(PipelineDraft draft, DraftGraph graph, Findings findings)
{
    public void Models()
    {
        foreach (var (component, option, model) in Named<ModelIdAttribute>(graph.Components))
        {
            if (draft.Models.ContainsKey(model)) continue;
            var advice = draft.Models.Count == 0 ? "there is no `models`; write `models: { NAME: { path: ... } }`" : $"models: {string.Join(", ", draft.Models.Keys)}";
            findings.Error(ProblemCode.UnknownModel, component.At(option.Name), $"model `{model}` of {component.What} is no entry of `models`{Suggestion.Clause(model, draft.Models.Keys)}", advice);
        }
    }

    public void Ancestors()
    {
        foreach (var (component, option, text) in Named<AncestorIdAttribute>(graph.Components))
        {
            var at = component.At(option.Name);
            var dot = text.IndexOf('.', StringComparison.Ordinal);
            var reference = dot < 0 ? new InputReference(text, null) : new InputReference(text[..dot], text[(dot + 1)..]);
            var known = graph.Components.Where(c => c.Kind != ComponentKind.Sink && c != component).Select(c => c.Id);
            if (graph.Find(reference.Id) is not { } named)
            {
                findings.Error(ProblemCode.UnknownId, at, $"`{option.Name}` of {component.What} names `{reference.Id}`, which no component has{Suggestion.Clause(reference.Id, known)}");
                continue;
            }
            if (DraftGraph.Output(reference, named, at, findings) is not { } output || component.Broken) continue;
            var ancestors = graph.Ancestors(component);
            // An edge that leads nowhere hides who the ancestors are.
            if (!ancestors.Append(component).All(a => graph.Into(a).Count() == a.From.Count && a.Descriptor is not null)) continue;
            var pictures = string.Join(", ", ancestors.Where(a => a.Descriptor!.Outputs.Any(o => o.Kind == PayloadKind.Picture)).Select(a => a.Id));
            var advice = pictures.Length == 0 ? null : $"made from pictures of: {pictures}";
            if (!ancestors.Contains(named)) findings.Error(ProblemCode.NotAnAncestor, at, $"{component.What} is not made from `{reference.Id}`", advice);
            else if (output.Kind != PayloadKind.Picture) findings.Error(ProblemCode.NotAnAncestor, at, $"`{text}` puts out {TopologyCheck.Word(output.Kind)}, not pictures", advice);
        }
    }

    public void Unused()
    {
        foreach (var component in graph.Components.Where(c => c.Kind != ComponentKind.Sink && !graph.OutOf(c).Any()))
            findings.Warn(ProblemCode.UnusedComponent, component.Position, $"nothing reads {component.What}");
    }

    public static void UnusedModels(PipelineDraft draft, Findings findings)
    {
        var used = Named<ModelIdAttribute>(draft.Streams.SelectMany(s => s.Components)).Select(n => n.Value).ToHashSet();
        foreach (var (id, model) in draft.Models.Where(m => !used.Contains(m.Key)))
            findings.Warn(ProblemCode.UnusedModel, model.Position, $"nothing uses model `{id}`");
    }

    public void UnseenPreviews()
    {
        if (draft.Http is not null) return;
        foreach (var component in graph.Components.Where(c => c.Options is IPreviewOptions))
            findings.Warn(ProblemCode.UnseenPreview, component.Position, $"nobody can see {component.What}: there is no `http`", "write `http: {}` at the top level");
    }

    private static IEnumerable<(DraftComponent Component, OptionDescriptor Option, string Value)> Named<T>(IEnumerable<DraftComponent> components)
        where T : Attribute =>
        from component in components
        let options = component.Options
        where options is not null
        from option in OptionDescriptor.Of(options.GetType())
        where option.Has<T>()
        let value = option.ValueIn(options)?.ToString()
        where !string.IsNullOrEmpty(value) && !value.Contains("${", StringComparison.Ordinal)
        select (component, option, value);
}
