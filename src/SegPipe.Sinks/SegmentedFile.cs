using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>A recording that is cut at key packets into files; each is finished and verified beside the next one's writing.</summary>
internal sealed class SegmentedFile(SegmentNames names, double seconds, int? keep, ComponentContext context) : IPacketTarget
{
    // Where verifying is slower than recording, packets wait rather than children pile up.
    private const int MostFinishing = 2;

    private readonly List<Task> _finishing = [];
    private MuxedFile? _file;
    private string _name = "";
    private long _start;
    private volatile SegPipeException? _failure;

    /// <summary>Begins a file of this name.</summary>
    public required Func<string, DateTime, MuxedFile> Begin { get; init; }

    /// <inheritdoc/>
    public bool IsConnected => true;

    /// <inheritdoc/>
    public void Write(Frame frame)
    {
        ThrowIfFailed();
        if (_file is not null && frame.Header.Key && (frame.Header.Pts - _start) * frame.Format.TimeBase.Value >= seconds)
        {
            _finishing.RemoveAll(t => t.IsCompleted);
            if (_finishing.Count >= MostFinishing) _finishing[0].Wait();
            var (file, name) = (_file, _name);
            _file = null;
            _finishing.Add(DedicatedThread.Run(() => Finish(file, name)));
        }
        if (_file is null)
        {
            var time = new DateTime(frame.Header.WallTicks, DateTimeKind.Utc);
            _name = names.Next(time);
            _file = Begin(_name, time);
            _start = frame.Header.Pts;
        }
        _file.Write(frame);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_file is { } file)
        {
            _file = null;
            Finish(file, _name);
        }
        Task.WaitAll(_finishing);
        ThrowIfFailed();
    }

    public void Dispose()
    {
        if (_file is not null) context.Status.CountSegment(whole: false);
        _file?.Dispose();
        _file = null;
        Task.WaitAll(_finishing);
    }

    private void Finish(MuxedFile file, string name)
    {
        using (file)
        {
            try
            {
                file.Complete();
                context.Status.CountSegment(whole: true);
                context.Log.LogDebug(new EventId(0, "segment_complete"), "{Component}: {Path} is complete.", context.Id, name);
                Prune();
            }
            catch (OperationCanceledException)
            {
                context.Status.CountSegment(whole: false);
            }
            catch (SegPipeException failure)
            {
                context.Status.CountSegment(whole: false);
                context.Status.CountError("segment_failed", ErrorPhase.Sending);
                context.Log.LogWarning(new EventId(0, "segment_failed"), failure, "{Component}: {Path}.partial stays unfinished: {Reason}", context.Id, name, failure.Message);
                if (!context.Live) _failure = failure;
            }
        }
    }

    private void Prune()
    {
        if (keep is not { } most) return;
        foreach (var old in names.Finished().SkipLast(most))
        {
            try
            {
                File.Delete(old);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                context.Log.LogWarning("{Component}: {Path} could not be deleted: {Reason}", context.Id, old, refused.Message);
            }
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure) throw failure;
    }
}
