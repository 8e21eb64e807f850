namespace SegPipe.Configuration;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Suggestion
{
    private const int MaxDistance = 2;

    /// <summary>The nearest known word within two slips of the pen (and half of the word's length), or null.</summary>
    public static string? For(string written, IEnumerable<string> known)
    {
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var word in known)
        {
            var limit = Math.Min(MaxDistance, Math.Max(written.Length, word.Length) / 2);
            var distance = Distance(Plain(written), Plain(word));
            if (distance > limit || distance >= bestDistance) continue;
            (best, bestDistance) = (word, distance);
        }
        return best;
    }

    /// <summary>The nearest known word as the end of a sentence, or nothing.</summary>
    public static string Clause(string written, IEnumerable<string> known) =>
        For(written, known) is { } word ? $"; did you mean `{word}`?" : "";

    /// <summary>Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).</summary>
    public static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > MaxDistance) return MaxDistance + 1;
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }

    private static string Plain(string word) => word.ToLowerInvariant().Replace('-', '_');
}
