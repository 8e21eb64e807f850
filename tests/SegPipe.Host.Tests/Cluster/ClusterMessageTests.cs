using System.Text;

namespace SegPipe.Host.Cluster;

public sealed class ClusterMessageTests
{
    private static readonly SegmentMessage Segment = new()
    {
        JobId = "drive-1a2b3c4d",
        Seg = 12,
        BatchUri = "file:///data/out",
        PlanSha256 = new('a', 64),
        ConfigHash = new('b', 64),
        Class = "cpu",
        DeadlineS = 600,
        Attempt = 2,
        NotBefore = new(2026, 12, 24, 18, 0, 0, TimeSpan.Zero),
        Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    };

    [Fact]
    public void What_is_written_is_read_again()
    {
        ClusterMessage[] messages =
        [
            Segment,
            new JobMessage { JobId = "drive", BatchUri = "file:///data/out", Class = "gpu", High = true },
            new AssembleMessage { JobId = "Straße 7", BatchUri = "file:///data/out", Class = "cpu" },
        ];

        Assert.All(messages, m => Assert.Equal(m, ClusterMessage.Read(m.Type, m.Write())));
        Assert.Equal("drive-1a2b3c4d/00012/2", Segment.Id);
        Assert.True((Segment with { JobId = new('ö', 120) }).Write().Length < ClusterMessage.MostBytes);
    }

    [Theory]
    [InlineData("\"seg\":12", "\"seg\":12,\"sudo\":1", "sudo")]
    [InlineData("\"seg\":12,", "", "seg")]
    [InlineData("\"seg\":12", "\"seg\":-1", "segment -1")]
    [InlineData("\"seg\":12", "\"seg\":12,\"seg\":13", "seg")]
    [InlineData("\"seg\":12", "\"seg\":\"12\"", "seg")]
    [InlineData("\"v\":1", "\"v\":2", "version 2")]
    [InlineData("\"attempt\":2", "\"attempt\":0", "attempt 0")]
    [InlineData("\"deadline_s\":600", "\"deadline_s\":0", "deadline")]
    [InlineData("drive-1a2b3c4d", "../../etc", "name of a folder")]
    [InlineData("drive-1a2b3c4d", "..", "name of a folder")]
    [InlineData("\"drive-1a2b3c4d\"", "null", "job_id")]
    [InlineData("file:///data/out", "file://host/data/out", "batch_uri")]
    [InlineData("file:///data/out", "http://host/data/out", "batch_uri")]
    [InlineData("file:///data/out", "data/out", "batch_uri")]
    [InlineData("aaaaaaaa", "../../..", "hash")]
    [InlineData("18:00:00+00:00", "18:00:00+01:00", "not in UTC")]
    [InlineData("18:00:00+00:00", "25:00:00+00:00", "not_before")]
    [InlineData("00-4bf92f35", "01-4bf92f35", "traceparent")]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e4736", "00000000000000000000000000000000", "traceparent")]
    [InlineData("00f067aa0ba902b7", "00F067AA0BA902B7", "traceparent")]
    [InlineData("}", "", "depth")]
    public void What_is_wrong_is_refused_with_its_reason(string good, string bad, string reason)
    {
        var text = Encoding.UTF8.GetString(Segment.Write());
        Assert.Contains(good, text, StringComparison.Ordinal);

        var refused = Assert.Throws<SegPipeException>(() => ClusterMessage.Read(Segment.Type, Encoding.UTF8.GetBytes(text.Replace(good, bad, StringComparison.Ordinal))));

        Assert.Contains(reason, refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_submission_gets_a_traceparent_of_its_own()
    {
        var (one, other) = (TraceParent.New(), TraceParent.New());

        Assert.True(TraceParent.IsOne(one));
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void Large_messages_and_unknown_types_are_refused()
    {
        Assert.Contains("more than", Assert.Throws<SegPipeException>(() => ClusterMessage.Read(Segment.Type, new byte[ClusterMessage.MostBytes + 1])).Message, StringComparison.Ordinal);
        Assert.Contains("'spam'", Assert.Throws<SegPipeException>(() => ClusterMessage.Read("spam", Segment.Write())).Message, StringComparison.Ordinal);
        Assert.Throws<SegPipeException>(() => ClusterMessage.Read(JobMessage.TypeName, Segment.Write()));
    }
}
