using System.Diagnostics;
using System.Reflection;
using System.Runtime.Intrinsics;

namespace SegPipe.Testing;

/// <summary>Runs test bodies again in child processes with instruction sets switched off.</summary>
public static class SimdTiers
{
    private static readonly (string Name, string? Switch, Func<bool> IsSo)[] Tiers =
    [
        ("all", null, () => true),
        ("no 512-bit vectors", "DOTNET_EnableAVX512", () => !Vector512.IsHardwareAccelerated),
        ("128-bit vectors", "DOTNET_EnableAVX2", () => !Vector256.IsHardwareAccelerated && Vector128.IsHardwareAccelerated),
        ("no vectors", "DOTNET_EnableHWIntrinsic", () => !Vector128.IsHardwareAccelerated),
    ];

    /// <summary>Runs a static parameterless method of a test class once on each tier; fails with the child's error.</summary>
    public static void Run(Action body)
    {
        foreach (var (name, toggle, _) in Tiers) RunChild(body.Method, name, toggle);
    }

    /// <summary>Entry of the child: assembly, class, method, tier.</summary>
    internal static int Child(string[] arguments)
    {
        var (assembly, type, method, tier) = (arguments[0], arguments[1], arguments[2], arguments[3]);
        if (!Array.Find(Tiers, t => t.Name == tier).IsSo())
        {
            Console.Error.WriteLine($"the runtime does not run the tier '{tier}'");
            return 2;
        }

        var body = Assembly.LoadFrom(assembly).GetType(type, throwOnError: true)!.GetMethod(method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        body.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
        return 0;
    }

    private static void RunChild(MethodInfo body, string tier, string? toggle)
    {
        var assembly = body.DeclaringType!.Assembly.Location;
        var stem = Path.ChangeExtension(assembly, null);
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            ["exec", "--depsfile", stem + ".deps.json", "--runtimeconfig", stem + ".runtimeconfig.json", typeof(SimdTiers).Assembly.Location,
             assembly, body.DeclaringType.FullName!, body.Name, tier])
        {
            RedirectStandardError = true,
        };
        // Code as it runs in the long term is what is to be tested, not the compiler's first draft.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        if (toggle is not null) start.Environment[toggle] = "0";
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEnd();
        child.WaitForExit();
        if (child.ExitCode != 0) throw new InvalidOperationException($"On the tier '{tier}', {body.Name} ended with {child.ExitCode}: {errors}");
    }
}
