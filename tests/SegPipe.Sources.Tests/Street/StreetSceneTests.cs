using System.Security.Cryptography;
using SegPipe.Sources.Street;

namespace SegPipe.Sources.Tests.Street;

public sealed class StreetSceneTests
{
    // SHA-256 (first half) of colours and classes as the first, single-threaded renderer gave them, the one that made the
    // training pictures and the clip in assets/; computed with .NET 10 on Linux x64 (glibc), whose sines and exponentials they hang on.
    [Theory]
    [InlineData(256, 128, 1, 0, "21d89cfd2fbf8a3783cdc76be979ce3d", "a3f9145f99cd8059a5b14af863a305ff")]
    [InlineData(256, 128, 9005, 2, "8e69d5dacbb89d0716bee1eeb05ea295", "904c16c25f037eaf0cbe03a927178b40")]
    [InlineData(255, 127, 7, 3.4, "42fe90686f62e0bf44227c8bb8141a32", "c2a0f40622aa43f0fc03d7b184257482")]
    [InlineData(64, 36, 42, 12.5, "b4094fe9673fe955e13a4e348b1a2db8", "183587429c0a8643be33df2e444b0c76")]
    [InlineData(512, 256, 9005, 2.04, "3a0d577c5200a80b8e224eb2cb6963fd", "8447f4c63ef03e1d4594defa5c4e4e59")]
    [InlineData(320, 240, -5, 100.25, "e67af2df2828dac2bc3bce082da76e36", "585c2e7fdce9092a92c5b48db9ebd18f")]
    [InlineData(1, 1, 3, 1, "3a57141231de5b4655780942d1a4ec72", "01ba4719c80b6fe911b091a7c05124b6")]
    [InlineData(1024, 512, 5003, 7.96, "1e271b3d776ebd5e758da96a2759516f", "1c2de50040890c3c72c71d3b28fa7906")]
    public void The_same_seed_size_and_time_give_the_bytes_they_always_gave(int width, int height, int seed, double time, string rgbHash, string labelsHash)
    {
        foreach (var threads in new[] { 1, 2, 5 })
        {
            var (rgb, labels) = Render(width, height, seed, time, threads);

            Assert.Equal(rgbHash, Hash(rgb));
            Assert.Equal(labelsHash, Hash(labels));
        }
    }

    [Fact]
    public void A_scene_can_be_rendered_again_and_out_of_order()
    {
        var scene = new StreetScene(96, 54, 11, 2);
        byte[] first = new byte[96 * 54 * 3], again = new byte[96 * 54 * 3], labels = new byte[96 * 54];
        scene.Render(3, first, labels);
        scene.Render(1, again, labels);
        scene.Render(3, again, labels);

        Assert.Equal(first, again);
    }

    [Fact]
    public void Seeds_times_and_the_usual_classes_make_a_difference()
    {
        var (rgb, labels) = Render(128, 64, 5, 1, 1);

        Assert.NotEqual(rgb, Render(128, 64, 6, 1, 1).Rgb);
        Assert.NotEqual(rgb, Render(128, 64, 5, 1.04, 1).Rgb);
        Assert.All(labels, label => Assert.InRange(label, 0, 18));
        Assert.Superset(new HashSet<byte> { TrainId.Road, TrainId.Sidewalk, TrainId.Sky }, labels.ToHashSet());
    }

    [Fact]
    public void A_jump_of_the_noise_is_as_many_steps()
    {
        foreach (var steps in new[] { 0, 1, 2, 31, 1000 })
        {
            byte[] whole = Enumerable.Repeat((byte)128, steps + 50).ToArray(), split = [.. whole];
            var start = SensorNoise.Start(9, 40);
            SensorNoise.Add(whole, start, 9);
            SensorNoise.Add(split.AsSpan(steps), SensorNoise.Apply(SensorNoise.Jump(steps), start), 9);

            Assert.Equal(whole[steps..], split[steps..]);
        }
    }

    private static (byte[] Rgb, byte[] Labels) Render(int width, int height, int seed, double time, int threads)
    {
        byte[] rgb = new byte[width * height * 3], labels = new byte[width * height];
        new StreetScene(width, height, seed, threads).Render(time, rgb, labels);
        return (rgb, labels);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..32];
}
