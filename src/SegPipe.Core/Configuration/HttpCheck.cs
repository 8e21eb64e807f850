namespace SegPipe.Configuration;

/// <summary>Checks where and to whom a pipeline is served.</summary>
internal sealed class HttpCheck(PipelineDraft draft, ReadSettings settings, Findings findings)
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The address, and whether it needs a token.</summary>
    public void Address()
    {
        if (draft.Http is not { } http || Unresolved(http.Listen)) return;
        if (ListenAddress.Parse(http.Listen) is not { } address)
            findings.Error(ProblemCode.BadListen, draft.HttpPosition, $"`listen` is `{http.Listen}`, which is no address with a port", "write 127.0.0.1:9464 for this machine only, or 0.0.0.0:9464 for everybody");
        else if (!address.IsLoopback && http.TokenFile is null && !settings.InsecureNoAuth)
            findings.Error(
                ProblemCode.OpenWithoutToken, draft.HttpPosition, $"`listen` is `{http.Listen}`, which other machines reach, but there is no `token_file`",
                "name a file with a token, or run with --insecure-no-auth where the network is trusted");
    }

    /// <summary>The file with the token, which nobody else may read.</summary>
    public void Token()
    {
        if (draft.Http?.TokenFile is not { } file || Unresolved(file)) return;
        var full = Path.GetFullPath(file, settings.WorkingFolder);
        if (!File.Exists(full)) return;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(full) & Others) != 0)
            findings.Error(ProblemCode.OpenToken, draft.HttpPosition, $"others may read or write the token in `{file}`", $"type: chmod 600 {file}");
        else if (new FileInfo(full).Length == 0)
            findings.Error(ProblemCode.OpenToken, draft.HttpPosition, $"the token file `{file}` is empty", $"type: openssl rand -hex 32 > {file}");
    }

    private static bool Unresolved(string text) => text.Contains("${", StringComparison.Ordinal);
}
