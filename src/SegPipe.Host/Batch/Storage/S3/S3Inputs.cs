namespace SegPipe.Host.Batch.Storage.S3;

/// <summary>Finds the videos that a person means by a place in S3.</summary>
internal static class S3Inputs
{
    /// <summary>What lies below a place that ends with a slash, or the object of that name, taken even where it is missing, so that it can be told.</summary>
    /// <param name="objects">The storage.</param>
    /// <param name="search">What is taken.</param>
    /// <param name="named">The place.</param>
    /// <param name="skipped">The place that outputs go to.</param>
    /// <param name="abort">Ends the search.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(S3Objects objects, BatchInputs search, string named, S3Location skipped, CancellationToken abort)
    {
        var place = S3Location.Parse(named);
        if (place.Prefix.Length > 0 && !named.EndsWith('/')) return [place.ToString()];
        var prefix = place.Key("");
        var names = (await objects.ListAsync(place.Bucket, prefix, abort).ConfigureAwait(false)).Select(o => o.Key[prefix.Length..]);
        var found = search.Matching("/", names).Select(name => S3Location.TryParse($"{place}/{name}")).OfType<S3Location>();
        return [.. found.Where(video => !skipped.Holds(video)).Select(video => video.ToString()).Order(StringComparer.Ordinal)];
    }
}
