using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SegPipe.Testing;

/// <summary>
/// A RabbitMQ of its own on the loopback address: own folder, ports, node name and port mapper. It can be killed, frozen, and started again
/// on the same data. It ends with its owner, also where that one is killed.
/// </summary>
public sealed partial class RabbitMqBroker : IAsyncDisposable
{
    private const string User = "segpipe", PortMapper = "epmd", Host = "127.0.0.1";
    private const int Stop = 19, Continue = 18;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly string? Scripts = FindScripts();

    private readonly TemporaryFolder _folder = new();
    private readonly string _node;
    private readonly int _mapperPort = FreePort.Find(), _distributionPort = FreePort.Find();
    private readonly Process _mapper;
    private Process _server;
    private Process _guard;
    private int _virtualHosts;

    private RabbitMqBroker()
    {
        Port = FreePort.Find();
        _node = string.Create(CultureInfo.InvariantCulture, $"segpipe{Port}@localhost");
        File.WriteAllText(_folder["rabbitmq.conf"], $"""
            listeners.tcp.1 = {Host}:{Port}
            log.file.level = warning
            default_user = {User}
            default_pass = {Password}
            vm_memory_high_watermark.absolute = 1GB
            disk_free_limit.absolute = 10MB
            """);
        File.WriteAllText(_folder["advanced.config"], "[].");
        File.WriteAllText(_folder["enabled_plugins"], "[].");
        _mapper = Launch(PortMapper, "-address", Host, "-port", _mapperPort.ToString(CultureInfo.InvariantCulture));
        _server = Launch(Path.Combine(Scripts!, "rabbitmq-server"));
        _guard = Guard();
    }

    /// <summary>Why it cannot be used here, or null.</summary>
    public static string? WhyMissing => Scripts is null ? "RabbitMQ is not installed: ./build.sh test installs it" : null;

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>The password of its user.</summary>
    public string Password { get; } = $"pass-{Guid.NewGuid():N}";

    /// <summary>Starts one and waits until it answers.</summary>
    public static async Task<RabbitMqBroker> StartAsync()
    {
        var broker = new RabbitMqBroker();
        try
        {
            await broker.AnswersAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a virtual host, a broker in the broker with queues of its own, and gives its name.</summary>
    public string AddVirtualHost()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{++_virtualHosts}");
        Control("add_vhost", name);
        Control("set_permissions", "-p", name, User, ".*", ".*", ".*");
        return name;
    }

    /// <summary>Where clients connect, password and all.</summary>
    /// <param name="virtualHost">Its name.</param>
    /// <param name="port">That of a proxy, or null.</param>
    public string Uri(string virtualHost, int? port = null) => string.Create(CultureInfo.InvariantCulture, $"amqp://{User}:{Password}@{Host}:{port ?? Port}/{virtualHost}");

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill()
    {
        _server.Kill();
        _server.WaitForExit();
    }

    /// <summary>Starts it again on the same data, at the same port.</summary>
    public async Task RestartAsync()
    {
        if (!_server.HasExited) Kill();
        _server.Dispose();
        _server = Launch(Path.Combine(Scripts!, "rabbitmq-server"));
        End(_guard);
        _guard = Guard();
        await AnswersAsync();
    }

    /// <summary>Stops it in mid-motion: connections stand, nothing moves.</summary>
    public void Freeze() => Send(Stop);

    /// <summary>Lets it go on.</summary>
    public void Thaw() => Send(Continue);

    /// <summary>Says how much room the disk must have: more than there is raises the alarm that blocks publishers.</summary>
    public void SetDiskFreeLimit(string size) => Control("set_disk_free_limit", size);

    /// <summary>Says how long a delivery of a channel opened from now on may stay unacknowledged, and how often that is looked at.</summary>
    public void SetConsumerTimeout(TimeSpan timeout, TimeSpan look) =>
        Control("eval", string.Create(CultureInfo.InvariantCulture, $"application:set_env(rabbit, consumer_timeout, {timeout.TotalMilliseconds:0}), application:set_env(rabbit, channel_tick_interval, {look.TotalMilliseconds:0})."));

    /// <summary>Messages in each queue, those that are in work included.</summary>
    public IReadOnlyDictionary<string, int> Queues(string virtualHost) =>
        Control("-q", "list_queues", "-p", virtualHost, "--no-table-headers", "name", "messages").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
            .Where(cells => cells.Length == 2).ToDictionary(cells => cells[0], cells => int.Parse(cells[1], CultureInfo.InvariantCulture));

    /// <summary>Runs rabbitmqctl on this node and gives what it printed.</summary>
    public string Control(params string[] arguments)
    {
        using var control = Launch(Path.Combine(Scripts!, "rabbitmqctl"), ["-n", _node, .. arguments]);
        var (output, errors) = (control.StandardOutput.ReadToEndAsync(), control.StandardError.ReadToEndAsync());
        control.WaitForExit();
        return control.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)}: {errors.Result}{output.Result}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var below = RunningProcesses.Below(_server.Id);
        if (!_server.HasExited) Kill();
        End(_mapper);
        End(_guard);
        await RunningProcesses.EndAsync(below);
        _server.Dispose();
        _folder.Dispose();
    }

    private static void End(Process process)
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static string? FindScripts()
    {
        const string Packages = "/usr/lib/rabbitmq/lib";
        return Directory.Exists(Packages) && File.Exists("/usr/bin/epmd") ? Directory.GetDirectories(Packages, "rabbitmq_server-*").Select(f => Path.Combine(f, "sbin")).FirstOrDefault() : null;
    }

    private Process Launch(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        (string Name, string Value)[] variables =
        [
            ("HOME", _folder.Path), ("ERL_EPMD_PORT", _mapperPort.ToString(CultureInfo.InvariantCulture)), ("ERL_EPMD_ADDRESS", Host),
            ("RABBITMQ_NODENAME", _node), ("RABBITMQ_DIST_PORT", _distributionPort.ToString(CultureInfo.InvariantCulture)),
            ("RABBITMQ_MNESIA_BASE", _folder["data"]), ("RABBITMQ_LOG_BASE", _folder["log"]), ("RABBITMQ_CONFIG_FILE", _folder["rabbitmq.conf"]),
            ("RABBITMQ_ADVANCED_CONFIG_FILE", _folder["advanced.config"]), ("RABBITMQ_ENABLED_PLUGINS_FILE", _folder["enabled_plugins"]),
            ("RABBITMQ_CONF_ENV_FILE", _folder["none"]),
            // Under this name the script becomes the server instead of waiting for it, so that signals arrive.
            ("RUNNING_UNDER_SYSTEMD", "1"),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}"),
        ];
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        if (program.EndsWith("ctl", StringComparison.Ordinal)) return process;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>A shell that kills both where our end of its pipe is closed, by whatever end this process finds; a signal to the whole group spares it.</summary>
    private Process Guard()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' HUP INT TERM; read _; kill -9 \"$@\"", "sh", _server.Id.ToString(CultureInfo.InvariantCulture), _mapper.Id.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
        };
        return Process.Start(start)!;
    }

    private async Task AnswersAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_server.HasExited) throw new InvalidOperationException($"RabbitMQ ended with {_server.ExitCode}: {Log()}");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }

    private string Log() => Directory.Exists(_folder["log"]) ? string.Join('\n', Directory.GetFiles(_folder["log"]).SelectMany(File.ReadLines).TakeLast(20)) : "it wrote no log";

    private void Send(int signal)
    {
        if (Signal(_server.Id, signal) != 0) throw new InvalidOperationException("RabbitMQ has ended already.");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
