using Amazon.Runtime;
using Amazon.S3;
using SegPipe.Configuration;

namespace SegPipe.Host.Batch.Storage.S3;

/// <summary>Where S3 is and how it is spoken to, from the environment alone; credentials are found by the client library where it always looks.</summary>
internal static class S3Settings
{
    private const string Secret = "AWS_SECRET_ACCESS_KEY", Session = "AWS_SESSION_TOKEN", Region = "AWS_REGION", OtherRegion = "AWS_DEFAULT_REGION", Endpoint = "AWS_ENDPOINT_URL", OwnEndpoint = "AWS_ENDPOINT_URL_S3";
    private const string AnyRegion = "us-east-1";

    /// <summary>What must not be shown.</summary>
    public static SecretSet Secrets()
    {
        var secrets = new SecretSet();
        foreach (var name in (string[])[Secret, Session])
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) secrets.Add(value);
        return secrets;
    }

    /// <summary>The settings that the environment asks for.</summary>
    /// <exception cref="SegPipeException">64 where the endpoint is no address.</exception>
    public static AmazonS3Config Read() => For(Of(OwnEndpoint) ?? Of(Endpoint), Of(Region) ?? Of(OtherRegion));

    /// <summary>The settings for a server.</summary>
    /// <param name="endpoint">Its address, or null for Amazon's.</param>
    /// <param name="region">The region that requests are signed for, or null.</param>
    /// <exception cref="SegPipeException">64 where the endpoint is no address.</exception>
    public static AmazonS3Config For(string? endpoint, string? region)
    {
        var config = new AmazonS3Config
        {
            // What other servers do not know: checksums in trailers, and none where nobody asked for one.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 2,
        };
        if (endpoint is null)
        {
            if (region is not null) config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region);
            return config;
        }
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            throw new SegPipeException(ExitCode.Usage, $"{OwnEndpoint} is no address of a server.", "Write it as https://s3.example:9000, without credentials.");
        config.ServiceURL = endpoint;
        config.AuthenticationRegion = region ?? AnyRegion;
        config.ForcePathStyle = true;
        return config;
    }

    private static string? Of(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
