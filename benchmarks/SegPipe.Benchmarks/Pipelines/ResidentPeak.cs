using System.Globalization;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>The most resident memory of this process, and of all that descend from it together, as the kernel's <c>/proc</c> shows it from time to time.</summary>
internal sealed class ResidentPeak : IDisposable
{
    private readonly Timer _timer;
    private readonly Lock _gate = new();

    /// <summary>Looks at once, and then at this interval.</summary>
    public ResidentPeak(TimeSpan interval) => _timer = new(_ => Look(), null, TimeSpan.Zero, interval);

    /// <summary>Bytes of this process.</summary>
    public long Own { get; private set; }

    /// <summary>Bytes of its descendants; libraries that several share count for each.</summary>
    public long Children { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            var processes = Directory.EnumerateDirectories("/proc").Select(path => Path.GetFileName(path)).Where(name => char.IsAsciiDigit(name[0]))
                .Select(Read).OfType<(int Id, int Parent, long Bytes)>().ToLookup(process => process.Parent);
            Own = Math.Max(Own, Environment.WorkingSet);
            Children = Math.Max(Children, Below(Environment.ProcessId));
            long Below(int parent) => processes[parent].Sum(child => child.Bytes + Below(child.Id));
        }
    }

    private static (int Id, int Parent, long Bytes)? Read(string id)
    {
        try
        {
            // The name, the second field, may hold anything; the state follows its last parenthesis.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(id, CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
