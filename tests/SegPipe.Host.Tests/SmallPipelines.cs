namespace SegPipe.Host.Tests;

/// <summary>Small pipelines for tests, written into a folder.</summary>
internal static class SmallPipelines
{
    /// <summary>A drawn street that is thrown away.</summary>
    public static string Street(string folder, int frames, string name = "street.yaml") => Write(folder, name, $$"""
        version: 1
        sources:
          scene: { type: street, width: 64, height: 32, frames: {{frames}} }
        sinks:
          gone: { type: null, from: scene.picture }
          sums: { type: checksum, from: scene.labels, path: {{Path.GetFileNameWithoutExtension(name)}}.md5 }
        """);

    /// <summary>Writes a text and gives its path.</summary>
    public static string Write(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text + "\n");
        return path;
    }
}
