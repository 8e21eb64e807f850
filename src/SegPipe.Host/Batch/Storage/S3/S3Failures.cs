using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace SegPipe.Host.Batch.Storage.S3;

/// <summary>Tells what went wrong with a storage by its code; messages of servers, which may quote what they were sent, are left out.</summary>
/// <param name="server">The storage, for people.</param>
internal sealed class S3Failures(string server)
{
    /// <summary>What S3 calls a missing bucket.</summary>
    public const string NoBucket = "NoSuchBucket";

    private const string Variables = "Check AWS_ENDPOINT_URL_S3, AWS_REGION and the network.", Credentials = "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do.";

    /// <summary>Does something that asks nobody yet.</summary>
    /// <exception cref="SegPipeException">69 where there are no credentials.</exception>
    public T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (AmazonClientException none)
        {
            throw Nameless(none);
        }
    }

    /// <summary>Asks the storage.</summary>
    /// <param name="what">What it is about.</param>
    /// <param name="action">The question.</param>
    /// <exception cref="SegPipeException">66 for a missing bucket, 69 where the storage does not answer or refuses us, 74 for other troubles.</exception>
    public async Task<T> GuardAsync<T>(string what, Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (AmazonS3Exception refused) when (refused.ErrorCode == NoBucket)
        {
            throw new SegPipeException(ExitCode.InputMissing, $"There is no bucket for {what} at {server}.", "Make it, or name another.", refused);
        }
        catch (AmazonServiceException refused) when (refused.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
        {
            throw new SegPipeException(ExitCode.Unavailable, $"{server} refuses access to {what}: {refused.ErrorCode}.", Credentials, refused);
        }
        catch (AmazonServiceException failed)
        {
            // Without a status nothing came back at all.
            throw failed.StatusCode == 0
                ? Silent(failed.InnerException ?? failed)
                : new SegPipeException(ExitCode.IoError, $"{server} failed at {what}: {(int)failed.StatusCode} {failed.ErrorCode}.", "It is worth another try; look into the storage's logs.", failed);
        }
        catch (AmazonClientException none)
        {
            throw Nameless(none);
        }
        catch (HttpRequestException silent)
        {
            throw Silent(silent);
        }
        catch (TaskCanceledException late) when (late.InnerException is TimeoutException)
        {
            throw Silent(late.InnerException);
        }
        catch (IOException broken)
        {
            throw new SegPipeException(ExitCode.IoError, $"{what} could not be moved: {broken.Message}", "Check the network, and the room in the worker's --cache.", broken);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new SegPipeException(ExitCode.CannotCreate, $"{what} could not be moved: {refused.Message}", "Check the owner and the permissions of the worker's --cache.", refused);
        }
    }

    private static SegPipeException Nameless(AmazonClientException none) => new(ExitCode.Unavailable, "No credentials for S3 were found.", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.", none);

    private SegPipeException Silent(Exception reason) => new(ExitCode.Unavailable, $"{server} does not answer: {reason.Message.TrimEnd('.')}.", Variables, reason);
}
