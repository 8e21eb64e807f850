using System.Runtime.InteropServices;
using SegPipe.Host.Running;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Running;

public sealed class ShutdownSignalsTests
{
    private readonly ManualTime _time = new();
    private int _described;

    [Theory]
    [InlineData(PosixSignal.SIGINT, ExitCode.Interrupted)]
    [InlineData(PosixSignal.SIGTERM, ExitCode.Terminated)]
    public void The_first_signal_stops_and_the_second_aborts(PosixSignal signal, ExitCode code)
    {
        using var signals = Create();

        signals.Receive(signal);
        Assert.True(signals.Stop.IsCancellationRequested);
        Assert.False(signals.Abort.IsCancellationRequested);
        Assert.Null(signals.Forced);

        signals.Receive(signal);
        Assert.True(signals.Abort.IsCancellationRequested);
        Assert.Equal(code, signals.Forced);
    }

    [Fact]
    public void A_drain_that_takes_too_long_is_aborted()
    {
        using var signals = Create();
        signals.Receive(PosixSignal.SIGTERM);

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(signals.Abort.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(signals.Abort.IsCancellationRequested);
        Assert.Equal(ExitCode.Terminated, signals.Forced);
    }

    [Fact]
    public void Quit_describes_the_run_and_changes_nothing()
    {
        using var signals = Create();

        signals.Receive(PosixSignal.SIGQUIT);

        Assert.Equal(1, _described);
        Assert.False(signals.Stop.IsCancellationRequested);
    }

    private ShutdownSignals Create() =>
        new(new() { Out = TextWriter.Null, Error = TextWriter.Null, Time = _time }, TimeSpan.FromSeconds(60), () => _described++);
}
