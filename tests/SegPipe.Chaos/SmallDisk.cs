using System.Diagnostics;
using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>A file system of a few megabytes in memory, which a ballast file can fill to the last byte.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Size = "size=24m";

    private readonly string _folder;

    public SmallDisk(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        Tool.Run("mount", "-t", "tmpfs", "-o", Size, "segpipe-chaos", folder);
    }

    /// <summary>Why this machine lets us have none, or null.</summary>
    public static string? WhyMissing { get; } = Try();

    private string Ballast => Path.Combine(_folder, "ballast");

    /// <summary>Fills it up.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, 0);
        for (var block = new byte[1 << 16]; block.Length > 0;)
        {
            try
            {
                file.Write(block);
            }
            catch (IOException)
            {
                block = block.Length > 4096 ? block[..4096] : [];
            }
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(Ballast);

    /// <inheritdoc/>
    public void Dispose() => Tool.Run("umount", "--lazy", _folder);

    private static string? Try()
    {
        using var folder = new TemporaryFolder();
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", Size, "segpipe-chaos", folder.Path]) { RedirectStandardError = true })!;
        var said = mount.StandardError.ReadToEnd();
        mount.WaitForExit();
        if (mount.ExitCode != 0) return $"no file system can be mounted: {said.Trim()}";
        Tool.Run("umount", folder.Path);
        return null;
    }
}
