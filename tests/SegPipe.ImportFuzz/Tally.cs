using System.Globalization;

namespace SegPipe.ImportFuzz;

/// <summary>Adds up what children say line by line.</summary>
internal sealed class Tally
{
    private int _at;

    /// <summary>Cases that came to an end.</summary>
    public int Cases { get; private set; }

    /// <summary>Those that were refused with a message.</summary>
    public int Refused { get; private set; }

    /// <summary>Milliseconds of the slowest.</summary>
    public long Slowest { get; private set; }

    /// <summary>Bytes that the greediest allocated.</summary>
    public long MostAllocated { get; private set; }

    /// <summary>What must not happen and did.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>What came of the model itself, empty where all is well.</summary>
    public string Sound { get; private set; } = "";

    /// <summary>Takes a line.</summary>
    public void Take(string line)
    {
        var words = line.Split(' ', 3);
        switch (words[0])
        {
            case "at":
                _at = int.Parse(words[1], CultureInfo.InvariantCulture);
                break;
            case "fault":
                Faults.Add(line);
                break;
            case "sound":
                Sound = words[1] == "taken" ? $"; undamaged: {words[2]}" : $"; THE UNDAMAGED MODEL IS REFUSED {line}";
                break;
            default:
                Cases++;
                if (words[0] == "refused") Refused++;
                Slowest = Math.Max(Slowest, long.Parse(words[1], CultureInfo.InvariantCulture));
                MostAllocated = Math.Max(MostAllocated, long.Parse(words[2], CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>Notes that the child died, and gives back the case that it was at.</summary>
    public int Died(int code)
    {
        Faults.Add($"fault {_at} the process died with {code}");
        return _at;
    }
}
