using System.Diagnostics;
using System.Globalization;
using SegPipe.FakeFfmpeg;

// FakeFfmpeg BEHAVIOUR NUMBER REAL_FFMPEG ARGUMENT…: does what FFmpeg would do with the arguments, but badly.
var (behaviour, number, real, arguments) = (args[0], long.Parse(args[1], CultureInfo.InvariantCulture), args[2], args[3..]);
switch (behaviour)
{
    case "exits":
        Console.Error.WriteLine("[fake] Cannot do that.");
        return (int)number;
    case "magic":
        using (var output = Console.OpenStandardOutput())
            output.Write("RIFF....WAVEfmt "u8);
        return 0;
    case "swallows":
        Console.OpenStandardInput().CopyTo(Stream.Null);
        return 0;
    case "stalls":
        new Proxy(real, arguments).Run(number);
        new ManualResetEventSlim().Wait();
        return 0;
    case "dies":
        new Proxy(real, arguments).Run(number);
        Process.GetCurrentProcess().Kill();
        return 0;
    case "ends":
        new Proxy(real, arguments).Run(number);
        return 0;
    case "chokes":
        return new Proxy(real, arguments).Run(long.MaxValue, new Poison((int)number));
    case "floods":
        Flood(number);
        return new Proxy(real, arguments).Run(long.MaxValue);
    case "raves":
        Flood(number);
        Process.GetCurrentProcess().Kill();
        return 0;
    case "parent":
        return Parent.Run(real, arguments);
    default:
        Console.Error.WriteLine($"[fake] unknown behaviour {behaviour}");
        return 64;
}

static void Flood(long lines)
{
    var line = "[fake] " + new string('x', 200);
    for (var i = 0L; i < lines; i++)
        Console.Error.WriteLine(line);
}
