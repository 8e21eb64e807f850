using SegPipe.Testing;

namespace SegPipe.Soak;

/// <summary>A camera behind a bad network: it and the children of the program that take it get into trouble at random, and out of it.</summary>
internal sealed class TroubledCamera : IDisposable
{
    private static readonly string[] Pictures = ["320x160@10", "256x128@10", "320x160@10:h265"];

    private readonly string _name;
    private readonly Random _random;
    private readonly Action<string> _say;
    private readonly RtspServer _server;
    private readonly TcpProxy _proxy;

    /// <summary>Starts it, well.</summary>
    /// <param name="name">Name of its stream.</param>
    /// <param name="seed">Decides its troubles.</param>
    /// <param name="say">Takes a line for each.</param>
    public TroubledCamera(string name, int seed, Action<string> say)
    {
        (_name, _random, _say) = (name, new(seed), say);
        _server = RtspServer.Start("test", "/cam", Pictures[0]);
        _proxy = new(_server.Port, seed);
    }

    public string Name => _name;

    /// <summary>Where it is taken from.</summary>
    public string Url => $"rtsp://127.0.0.1:{_proxy.Port}/cam";

    /// <summary>Gets into trouble again and again until it is told to stop; then it is well.</summary>
    /// <param name="program">The program, some of whose children are killed.</param>
    /// <param name="stop">Ends it.</param>
    public async Task SufferAsync(int program, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Rest(3, 12, stop);
            if (stop.IsCancellationRequested) return;
            await OnceAsync(program, stop);
        }
    }

    public void Dispose()
    {
        _proxy.Dispose();
        _server.Dispose();
    }

    private async Task OnceAsync(int program, CancellationToken stop)
    {
        switch (_random.Next(9))
        {
            case 0:
                _say($"{_name}: the connection is cut");
                _proxy.Cut();
                break;
            case 1:
                _say($"{_name}: the network is silent");
                _proxy.Silent = true;
                await Rest(1, 6, stop);
                _proxy.Silent = false;
                break;
            case 2:
                _say($"{_name}: bytes are damaged");
                _proxy.DamagedPerMillion = _random.Next(100, 5000);
                await Rest(2, 5, stop);
                _proxy.DamagedPerMillion = 0;
                break;
            case 3:
                _say($"{_name}: the network is slow");
                (_proxy.Delay, _proxy.BytesPerSecond) = (TimeSpan.FromMilliseconds(_random.Next(20, 300)), _random.Next(5_000, 50_000));
                await Rest(2, 6, stop);
                (_proxy.Delay, _proxy.BytesPerSecond) = (TimeSpan.Zero, 0);
                break;
            case 4:
                _say($"{_name}: connections are refused");
                _proxy.Refuse();
                await Rest(1, 5, stop);
                _proxy.Accept();
                break;
            case 5:
            case 6:
                var pictures = Pictures[_random.Next(Pictures.Length)];
                _say($"{_name}: the camera crashes and comes back with {pictures}");
                _server.Kill();
                await Rest(0.5, 5, stop);
                _server.Restart("test", "/cam", pictures);
                break;
            case 7:
                _say($"{_name}: the camera freezes");
                _server.Freeze();
                await Rest(2, 6, stop);
                _server.Thaw();
                break;
            default:
                KillChild(program);
                break;
        }
    }

    /// <summary>Kills a child that fetches, decodes or encodes, of whichever stream.</summary>
    private void KillChild(int program)
    {
        string[] roles = ["concat", "rawvideo", "libx264"];
        var role = roles[_random.Next(roles.Length)];
        var children = RunningProcesses.Below(program).Where(id => IsFfmpeg(RunningProcesses.CommandLine(id), role)).ToList();
        if (children.Count == 0) return;
        var victim = children[_random.Next(children.Count)];
        _say($"{_name}: process {victim} ({role}) is killed");
        RunningProcesses.Kill(victim);
    }

    private static bool IsFfmpeg(string line, string role) =>
        line.Split(' ')[0].EndsWith("ffmpeg", StringComparison.Ordinal) && line.Contains(role, StringComparison.Ordinal);

    private Task Rest(double least, double most, CancellationToken stop) =>
        Task.Delay(TimeSpan.FromSeconds(least + _random.NextDouble() * (most - least)), stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}
