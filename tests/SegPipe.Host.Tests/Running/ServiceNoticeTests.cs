using System.Net.Sockets;
using System.Text;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Running;

public sealed class ServiceNoticeTests : IDisposable
{
    private const int HangUp = 1, Terminate = 15;
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public ServiceNoticeTests() => _manager.Bind(new UnixDomainSocketEndPoint(_folder["notify"]));

    public void Dispose()
    {
        _manager.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Systemd_is_told_of_the_start_a_reload_and_the_end_and_that_the_program_lives()
    {
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = _folder["notify"], ["WATCHDOG_USEC"] = "100000" };
        SmallPipelines.Write(_folder.Path, "p.yaml", $$"""
            version: 1
            sources: { clip: { type: video_file, path: "{{Cli.InRepository("assets/street.mp4")}}", pace: realtime, loop: true } }
            sinks: { gone: { type: null, from: clip } }
            """);
        using var program = new ProgramChild(_folder.Path, environment, "run", "p.yaml");

        await HearAsync("READY=1");
        await HearAsync("WATCHDOG=1");
        program.Signal(HangUp);
        await HearAsync("RELOADING=1\nMONOTONIC_USEC=");
        await HearAsync("READY=1");
        program.Signal(Terminate);
        await HearAsync("STOPPING=1");

        (await program.EndAsync()).Expect(ExitCode.Done);
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_at_changes_nothing()
    {
        SmallPipelines.Street(_folder.Path, 2);
        using var program = new ProgramChild(_folder.Path, new Dictionary<string, string> { ["NOTIFY_SOCKET"] = _folder["nobody"] }, "run", "street.yaml");

        (await program.EndAsync()).Expect(ExitCode.Done);
    }

    private async Task HearAsync(string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var buffer = new byte[4096];
        while (!Encoding.UTF8.GetString(buffer, 0, await _manager.ReceiveAsync(buffer, patience.Token)).StartsWith(text, StringComparison.Ordinal))
        {
            // Beats of the watchdog stand between the rest.
        }
    }
}
