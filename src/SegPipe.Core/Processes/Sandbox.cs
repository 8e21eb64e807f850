using System.ComponentModel;
using System.Diagnostics;
using SegPipe.Configuration;

namespace SegPipe.Processes;

/// <summary>Confines children by bubblewrap where that works; limits and certain death hold in any case.</summary>
public sealed class Sandbox
{
    private static readonly string[] SystemPaths =
        ["/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d"];

    private static readonly string[] NetworkPaths =
        ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/ssl", "/etc/pki", "/run/systemd/resolve"];

    private readonly string? _bwrap;
    private readonly string? _setsid = Find("setsid");
    private readonly string? _prlimit = Find("prlimit");
    private readonly string? _setpriv = Find("setpriv");

    private Sandbox(string? bwrap, string? warning) => (_bwrap, Warning) = (bwrap, warning);

    /// <summary>Whether children are confined.</summary>
    public bool IsConfining => _bwrap is not null;

    /// <summary>One line to be said once where confinement was wished for and does not work; else null.</summary>
    public string? Warning { get; }

    /// <summary>Finds out whether bubblewrap works here, by trying it.</summary>
    /// <exception cref="SegPipeException">The mode is <c>required</c> and it does not.</exception>
    public static Sandbox Detect(SandboxMode mode, string program = "bwrap")
    {
        if (mode == SandboxMode.Off)
            return new(null, null);
        var path = Find(program);
        var refusal = path is null ? "bubblewrap (bwrap) was not found" : Try(path);
        if (refusal is null)
        {
            AbandonedChildren.End();
            return new(path, null);
        }
        if (mode == SandboxMode.Required)
        {
            throw new SegPipeException(
                ExitCode.Unavailable,
                $"limits.sandbox is 'required', but {refusal}.",
                "Install it (apt-get install bubblewrap), allow unprivileged user namespaces, or set limits.sandbox to 'auto'.");
        }
        return new(null, $"FFmpeg runs unconfined: {refusal}. Set limits.sandbox to 'off' to accept this silently.");
    }

    /// <summary>The command under a policy: in a session of its own, with limits, confined, and killed when this process dies.</summary>
    public ChildCommand Wrap(ChildCommand command, SandboxPolicy policy)
    {
        // bubblewrap binds itself to us once its child does not wait for it any more. Killed before, it would leave that child waiting for ever.
        if (_bwrap is not null)
            command = command.Through(_bwrap, Confinement(command, policy));
        else if (_setpriv is not null)
            command = command.Through(_setpriv, "--pdeathsig", "KILL", "--");
        if (_prlimit is not null)
            command = command.Through(_prlimit, $"--as={policy.AddressSpaceBytes}", $"--fsize={policy.FileBytes}", "--core=0", "--");
        // A session of its own keeps the terminal's Ctrl-C from children that are to finish what they have.
        return _setsid is not null ? command.Through(_setsid) : command;
    }

    private static List<string> Confinement(ChildCommand command, SandboxPolicy policy)
    {
        // As the first process of its namespace the program is bubblewrap's own child, so that its processor time is counted.
        List<string> arguments = ["--unshare-all", "--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL", .. AbandonedChildren.Mark];
        if (policy.Network)
            arguments.Add("--share-net");
        foreach (var path in policy.Network ? [.. SystemPaths, .. NetworkPaths] : SystemPaths)
            arguments.AddRange(["--ro-bind-try", path, path]);
        arguments.AddRange(["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/"]);
        if (Path.GetDirectoryName(command.Program) is { Length: > 0 } folder && !folder.StartsWith("/usr/", StringComparison.Ordinal))
            arguments.AddRange(["--ro-bind-try", folder, folder]);
        foreach (var path in policy.Readable)
            arguments.AddRange(["--ro-bind", path, path]);
        foreach (var path in policy.Writable)
            arguments.AddRange(["--bind", path, path]);
        arguments.Add("--");
        return arguments;
    }

    /// <summary>Runs nothing under bubblewrap; null where that works, else why not.</summary>
    private static string? Try(string bwrap)
    {
        var start = new ProcessStartInfo(bwrap, ["--unshare-all", "--die-with-parent", .. AbandonedChildren.Mark, "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--", "true"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = ChildLauncher.Start(start);
            process.StandardInput.Close();
            var message = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"bubblewrap does not work here ({message})";
        }
        catch (Win32Exception cannot)
        {
            return $"bubblewrap could not be started ({cannot.Message})";
        }
    }

    private static string? Find(string program) => Executables.Find(program);
}
