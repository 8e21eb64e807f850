using System.Text.Json;

namespace SegPipe.Models;

/// <summary>The catalogue of published models, <c>assets/published-models.yaml</c>.</summary>
internal static class PublishedModels
{
    /// <summary>Every entry, in the order of the file.</summary>
    /// <exception cref="SegPipeException">78 if the file is damaged.</exception>
    public static IReadOnlyList<PublishedModel> All() => Read(Home.Asset("published-models.yaml"));

    /// <summary>Reads a catalogue.</summary>
    /// <exception cref="SegPipeException">78 with every problem in one message.</exception>
    public static IReadOnlyList<PublishedModel> Read(string path)
    {
        var problems = new List<string>();
        var top = new CardSection(CardYaml.Read(path), "", problems);
        PublishedModel[] models = [.. top.Sections("models").Select(section => ReadModel(section, problems))];
        top.RefuseUnknown();
        problems.AddRange(models.GroupBy(model => model.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => $"'{group.Key}' is there twice"));
        return problems.Count == 0 ? models : throw new SegPipeException(ExitCode.Configuration, $"The catalogue {path} is not valid: {string.Join("; ", problems)}.");
    }

    private static PublishedModel ReadModel(CardSection section, List<string> problems)
    {
        var model = new PublishedModel
        {
            Name = section.Text("name"),
            Family = section.Text("family"),
            Container = section.Text("container"),
            Classes = section.OptionalText("classes"),
            ClassCount = section.Take("class_count") is null ? null : section.Int("class_count", 1, 255),
            Input = section.OptionalText("input"),
            Accuracy = section.OptionalText("accuracy"),
            AccuracyWhere = section.OptionalText("accuracy_where"),
            Licence = section.OptionalText("licence"),
            Address = section.OptionalText("address"),
            File = section.OptionalText("file"),
            Published = section.OptionalText("published"),
            Note = section.OptionalText("note"),
            Bytes = section.Take("bytes") is null ? null : section.Int("bytes", 1, int.MaxValue),
            Sha256 = section.OptionalText("sha256"),
            GitBlob = section.OptionalText("git_blob"),
            Imports = section.Take("imports") is not { ValueKind: JsonValueKind.String } word || word.GetString() != "false",
        };
        section.RefuseUnknown();
        if (model.Address is { } address && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http")) problems.Add($"{section.Path}.address is no web address");
        if (model.Address is null == model.Published is null) problems.Add($"{section.Path} needs either address or published");
        if (model.Sha256 is { } hash && (hash.Length is < 16 or > 64 || !hash.All(char.IsAsciiHexDigitLower))) problems.Add($"{section.Path}.sha256 is not 16 to 64 hexadecimal digits in lower case");
        if (model.GitBlob is { } blob && (blob.Length != 40 || !blob.All(char.IsAsciiHexDigitLower))) problems.Add($"{section.Path}.git_blob is not 40 hexadecimal digits in lower case");
        return model;
    }
}
