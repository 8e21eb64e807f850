using System.Text;
using System.Text.RegularExpressions;

namespace SegPipe.Configuration;

/// <summary>How C# names are written in YAML.</summary>
internal static partial class SnakeCase
{
    /// <summary><c>KeyframeIntervalMs</c> → <c>keyframe_interval_ms</c>, <c>H264</c> → <c>h264</c>.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1])) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }

    /// <summary>The words of an enum, as written in YAML.</summary>
    public static IReadOnlyList<string> Words(Type type) => [.. Enum.GetNames(type).Select(Of)];

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    public static partial Regex Id();
}
