using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.EndToEnd;

public sealed class LastPictureTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("0.080000", 2)]
    [InlineData("0.400000", 10)]
    public async Task The_last_picture_of_an_mp4_is_shown_and_lasts_as_long_as_the_others(string seconds, int pictures)
    {
        TestClips.Write(_place["in.mp4"], "-c:v libx264 -preset ultrafast", "s=320x240:r=25:d=" + seconds);

        (await _place.RunAsync("run", _place.Transcoder())).Expect(ExitCode.Done);

        var probed = Tool.Ffprobe("-count_frames -count_packets -select_streams v -show_entries stream=duration,nb_read_frames,nb_read_packets -of csv=p=0", _place["out.mp4"])[0];
        Assert.Equal($"{seconds},{pictures},{pictures}", probed);
    }
}
