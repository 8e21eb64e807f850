using SegPipe.Models.Import.Hdf5;
using SegPipe.Testing;

namespace SegPipe.Models.Tests.Import.Hdf5;

/// <summary>The files that <c>make_files.py</c> wrote with h5py, and a walk through all that a file holds.</summary>
internal static class Hdf5Files
{
    private static readonly string[] Groups = ["", "arrays", "chunked", "many", "a", "dense", "model_weights"];

    public static string Path(string name) => System.IO.Path.Combine(SharedFolder.Repository, "tests", "SegPipe.Models.Tests", "Import", "Hdf5", "files", name);

    /// <summary>Reads every array and attribute that the files have; the first fault ends it.</summary>
    public static void ReadWhole(byte[] bytes)
    {
        var root = new Hdf5File("damaged.h5", bytes).Root;
        foreach (var name in (string[])["variable", "fixed", "several", "more_19", "model_config"]) root.Texts(name);
        foreach (var path in Groups)
        {
            if (path is "dense" || root.Find(path) is not { } group) continue;
            foreach (var member in group.Members)
            {
                if (Skipped(path, member)) continue;
                // A damaged name may have become a path that leads nowhere.
                group.Find(member)?.Floats();
            }
        }
    }

    /// <summary>The same for a cut file, where refusal is as good as success.</summary>
    public static void ReadAll(byte[] bytes)
    {
        try
        {
            ReadWhole(bytes);
        }
        catch (SegPipeException e) when (e.Code == ExitCode.InputUnusable)
        {
            Assert.Matches("at offset [0-9]+", e.Message);
        }
    }

    private static bool Skipped(string group, string member) => group switch
    {
        "" or "model_weights" => true,
        "arrays" => member is "big_endian" or "text",
        "chunked" => member is "lzf",
        "a" => member is "chunked",
        _ => false,
    };
}
