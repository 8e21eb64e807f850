using System.Globalization;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests;

public sealed class ServiceFilesTests : IDisposable
{
    private const string Verifier = "systemd-analyze";
    private static readonly string Unit = Path.Combine(SharedFolder.Repository, "deploy/systemd/segpipe@.service");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void Systemd_accepts_the_unit()
    {
        Skip.If(Executable(Verifier) is null, "systemd-analyze is not installed (apt-get install systemd).");
        var program = Path.Combine(AppContext.BaseDirectory, "segpipe");
        var page = Path.Combine(SharedFolder.Repository, "docs/operating.md");
        File.WriteAllText(_folder["segpipe@.service"], File.ReadAllText(Unit).Replace("/opt/segpipe/segpipe", program, StringComparison.Ordinal).Replace("/opt/segpipe/docs/operating.md", page, StringComparison.Ordinal));

        Tool.Run(Verifier, "verify", "--man=no", _folder["segpipe@.service"]);
    }

    [Fact]
    public async Task What_the_unit_starts_exists_and_ends_before_systemd_loses_patience()
    {
        var words = Value("ExecStart").Split(' ');
        var help = (await ProgramChild.RunAsync(_folder.Path, words[1], "--help")).Expect(ExitCode.Done).Out;

        Assert.All(words.Where(w => w.StartsWith("--", StringComparison.Ordinal)), option => Assert.Contains(option, help, StringComparison.Ordinal));
        Assert.True(Number(Value("TimeoutStopSec")) > Number(words[Array.IndexOf(words, "--shutdown-timeout") + 1]) + 5);
        Assert.Equal(("notify", "mixed", "SIGTERM"), (Value("Type"), Value("KillMode"), Value("KillSignal")));
        Assert.Equal("/bin/kill -HUP $MAINPID", Value("ExecReload"));
        Assert.All(Value("RestartPreventExitStatus").Split(' '), code => Assert.True(Enum.IsDefined((ExitCode)(int)Number(code))));
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("--no-new-privs --bounding-set=-all --inh-caps=-all")]
    public void Children_can_be_confined_without_the_rights_that_the_unit_takes_away(string setpriv)
    {
        Skip.If(Executable("bwrap") is null || Executable("setpriv") is null, "bubblewrap or setpriv is not installed.");
        Skip.IfNot(Environment.IsPrivilegedProcess, "becoming a user without rights needs root");
        string[] user = ["--reuid=65534", "--regid=65534", "--clear-groups", .. setpriv.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

        Tool.Run("setpriv", [.. user, "bwrap", "--unshare-all", "--as-pid-1", "--hostname", "segpipe", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--", "true"]);
    }

    [Fact]
    public void The_container_file_names_what_exists()
    {
        var instructions = Instructions();
        var host = new HttpOptions().Listen;

        Assert.Subset((HashSet<string>)["ARG", "FROM", "SHELL", "ENV", "RUN", "WORKDIR", "COPY", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"], instructions.Select(i => i.Word).ToHashSet());
        var build = string.Join(' ', instructions.Where(i => i.Word == "RUN").Select(i => i.Text));
        foreach (var path in (string[])["build.sh", "src/SegPipe.Host", "assets", "docs", "pipelines", "LICENSE"])
        {
            Assert.Contains(path, build, StringComparison.Ordinal);
            Assert.True(Path.Exists(Path.Combine(SharedFolder.Repository, path)), path);
        }
        Assert.Contains($"http://{host}/livez", instructions.Single(i => i.Word == "HEALTHCHECK").Text, StringComparison.Ordinal);
        Assert.Equal(host.Split(':')[1], instructions.Single(i => i.Word == "EXPOSE").Text);
        Assert.Equal("10001:10001", instructions.Single(i => i.Word == "USER").Text);
        Assert.Equal("[\"/opt/segpipe/segpipe\"]", instructions.Single(i => i.Word == "ENTRYPOINT").Text);
        Assert.StartsWith("[\"run\",", instructions.Single(i => i.Word == "CMD").Text, StringComparison.Ordinal);
        Assert.All(instructions.Where(i => i.Word == "COPY" && i.Text.StartsWith("--from=build ", StringComparison.Ordinal)), i => Assert.Contains(i.Text.Split(' ')[1], build, StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_container_leaves_out_is_nothing_that_belongs_to_the_repository()
    {
        var left = File.ReadLines(Path.Combine(SharedFolder.Repository, ".containerignore")).Where(l => l.Length > 0 && l[0] != '#' && !l.Contains('*', StringComparison.Ordinal)).ToList();
        var ignored = File.ReadLines(Path.Combine(SharedFolder.Repository, ".gitignore")).Select(l => l.Trim('/')).ToHashSet();

        Assert.All(left, folder => Assert.True(ignored.Contains(folder) || folder is ".git" or ".github", folder));
    }

    private static List<(string Word, string Text)> Instructions()
    {
        var text = File.ReadAllLines(Path.Combine(SharedFolder.Repository, "deploy/container/Containerfile")).Where(l => !l.StartsWith('#'));
        return [.. string.Join('\n', text).Replace("\\\n", "", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', 2)).Select(p => (p[0], p[1]))];
    }

    private static string Value(string key) => File.ReadLines(Unit).Single(l => l.StartsWith(key + "=", StringComparison.Ordinal))[(key.Length + 1)..];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string? Executable(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
