using System.ComponentModel.DataAnnotations;
using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>An entry of <c>models</c>.</summary>
public sealed record ModelOptions
{
    /// <summary>ONNX file with its card inside or as <c>NAME.card.yaml</c> beside it, or the name of a model that came with the program, such as <c>street-tiny</c>.</summary>
    [InputPath]
    public required string Path { get; init; }

    /// <summary>Threads of the network, 1–256; by default what <c>limits.threads</c> leaves it.</summary>
    [Range(1, 256)]
    public int? Threads { get; init; }

    /// <summary>How inferences of several streams are put together into one.</summary>
    public BatchOptions Batch { get; init; } = new();

    /// <summary>Where the network runs: <c>cpu</c> (default), <c>cuda</c>, <c>tensorrt</c> or <c>openvino</c>.</summary>
    public ModelProvider Provider { get; init; } = ModelProvider.Cpu;

    /// <summary>Tells what the file held when the pipeline was made from what it holds later; empty where nobody asks. No option.</summary>
    public string Revision { get; internal init; } = "";
}

/// <summary>Batches of a model across streams; what a batch fails on is tried picture by picture.</summary>
public sealed record BatchOptions
{
    /// <summary>Most pictures of one inference, 1–64; a model with a fixed batch counts as 1.</summary>
    [Range(1, 64)]
    public int Max { get; init; } = 1;

    /// <summary>Milliseconds that the first picture waits for others, 0–1000.</summary>
    [Range(0, 1000)]
    public int WaitMs { get; init; } = 5;
}

/// <summary>Execution providers of ONNX Runtime.</summary>
public enum ModelProvider
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>NVIDIA's CUDA.</summary>
    Cuda,

    /// <summary>NVIDIA's TensorRT.</summary>
    Tensorrt,

    /// <summary>Intel's OpenVINO.</summary>
    Openvino,
}

/// <summary>The entry <c>limits</c>.</summary>
public sealed record LimitsOptions
{
    /// <summary>Budget of the frame pool in bytes (<c>512MiB</c>, <c>2GiB</c>); by default 60 % of what the container or machine has.</summary>
    [ByteSize]
    public long? Memory { get; init; }

    /// <summary>Confinement of the FFmpeg children by bubblewrap: <c>auto</c> uses it where it works, <c>required</c> refuses to run without, <c>off</c>.</summary>
    public SandboxMode Sandbox { get; init; } = SandboxMode.Auto;

    /// <summary>Processors that the run may count on, 1–1024; by default all.</summary>
    [Range(1, 1024)]
    public int? Threads { get; init; }
}

/// <summary>Confinement of child processes.</summary>
public enum SandboxMode
{
    /// <summary>Confined where bubblewrap works; said once where it does not.</summary>
    Auto,

    /// <summary>An error where bubblewrap does not work.</summary>
    Required,

    /// <summary>Not confined.</summary>
    Off,
}

/// <summary>The entry <c>http</c>.</summary>
public sealed record HttpOptions
{
    /// <summary>Address and port that metrics and the dashboard are served at, <c>host:port</c>; loopback by default.</summary>
    public string Listen { get; init; } = "127.0.0.1:9464";

    /// <summary>File with the token that verbs which change state need; nobody else may read it (<c>chmod 600</c>). Without it there are no such verbs.</summary>
    [InputPath]
    public string? TokenFile { get; init; }
}

/// <summary>The entry <c>log</c>.</summary>
public sealed record LogOptions
{
    /// <summary>Lowest level that is written.</summary>
    public LogVerbosity Level { get; init; } = LogVerbosity.Info;

    /// <summary>Lines for people, or one JSON object a line.</summary>
    public LogFormat Format { get; init; } = LogFormat.Text;
}

/// <summary>Levels of the log.</summary>
public enum LogVerbosity
{
    /// <summary>Everything.</summary>
    Debug,

    /// <summary>What a person wants to know.</summary>
    Info,

    /// <summary>What may be wrong.</summary>
    Warning,

    /// <summary>What is wrong.</summary>
    Error,
}

/// <summary>Forms of the log.</summary>
public enum LogFormat
{
    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}

/// <summary>The option is a number of bytes that may be written with a unit: <c>512MiB</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ByteSizeAttribute : Attribute;
