using SegPipe.Models.Import;
using SegPipe.Models.Import.TfLite;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Models.Tests.Import.TfLite;

/// <summary>Damaged TFLite files are imported, with either arithmetic, or refused in one line, in bounded time and memory.</summary>
public sealed class TfLiteFuzzTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Networks = ["uint8", "int8", "custom", "mixed", "float"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("float", false)]
    [InlineData("int8", false)]
    [InlineData("float", true)]
    [InlineData("int8", true)]
    public void A_damaged_file_is_imported_or_refused(string precision, bool isNumbersOnly)
    {
        var path = _folder["damaged.tflite"];
        var options = new ImportOptions { Name = "test", Precision = Enum.Parse<ImportPrecision>(precision, ignoreCase: true) };
        var tally = ReaderFuzz.Run([.. Networks.Select(TfLiteImportTests.Bytes)], bytes =>
        {
            File.WriteAllBytes(path, bytes);
            new TfLiteImporter().Import(new(path), options with { KeepHead = bytes.LastOrDefault() % 2 == 0 }, new()).Graph.Build();
        }, isNumbersOnly ? Mutation.OfNumbers : Mutation.Of);

        output.WriteLine($"TFLite, --precision {precision}, {(isNumbersOnly ? "numbers" : "bytes")}: {tally}");
        Assert.InRange(tally.Refused, 1, tally.Cases - 1);
    }
}
