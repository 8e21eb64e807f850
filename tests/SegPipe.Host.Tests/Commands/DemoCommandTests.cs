using SegPipe.Testing;

namespace SegPipe.Host.Tests.Commands;

public sealed class DemoCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_demonstration_runs_from_any_folder_and_says_where_the_result_lies()
    {
        var result = (await ProgramChild.RunAsync(_folder.Path, "demo", "--set", "sources.drive.end=0.2")).Expect(ExitCode.Done);

        Assert.Equal("2048,1024", Tool.Ffprobe("-select_streams v -show_entries stream=width,height -of csv=p=0", _folder["out/street.mp4"])[0]);
        Assert.Equal(5, File.ReadLines(_folder["out/street.jsonl"]).Count());
        Assert.Contains($"wrote {_folder["out/street.mp4"]} (video_file)", result.Error);
        Assert.Contains("demo: done in", result.Error);
    }

    [Fact]
    public async Task A_wrong_setting_is_refused() =>
        (await ProgramChild.RunAsync(_folder.Path, "demo", "--set", "sources.drive.ende=1")).Fails(ExitCode.Configuration, "did you mean `end`?");
}
