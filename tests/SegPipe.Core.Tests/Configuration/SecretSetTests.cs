using System.Text.Json;
using SegPipe.Configuration;
using static SegPipe.Tests.Configuration.TestComponents;

namespace SegPipe.Tests.Configuration;

public sealed class SecretSetTests
{
    // Neither half stands in any other text here.
    private const string Head = "Kq7zT", Tail = "Xw9pL";

    public static TheoryData<string> Middles => [.. "@:/?#%\"'\\ &ü€$<{,[ ".Select(c => c.ToString()), "%2F", "''", "://", "\t"];

    [Theory]
    [MemberData(nameof(Middles))]
    public void A_value_is_masked_in_every_form_that_it_takes_on_the_way_out(string middle)
    {
        var secret = Head + middle + Tail;
        var secrets = new SecretSet();
        secrets.Add(secret);

        foreach (var text in (string[])[secret, Uri.EscapeDataString(secret), JsonSerializer.Serialize(secret), JsonSerializer.Serialize(secret, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })])
            Hides(secrets, $"before {text} after");
    }

    [Theory]
    [MemberData(nameof(Middles))]
    public void A_password_inside_of_a_url_is_masked_also_where_it_should_have_been_escaped(string middle)
    {
        var url = $"rtsp://viewer:{Head}{middle}{Tail}@camera.example:554/stream@1";
        var secrets = new SecretSet();
        secrets.AddUrl(url);

        Hides(secrets, $"{url}: Connection refused");
        Hides(secrets, $"wrong password {Head}{middle}{Tail}");
    }

    [Theory]
    [InlineData("rtsp://192.0.2.7/cgi?user=admin&password=Kq7zTXw9pL&channel=1")]
    [InlineData("http://192.0.2.7/cgi?token=Kq7zTXw9pL")]
    [InlineData("rtsp://192.0.2.7/cgi?channel=1&PWD=Kq7zTXw9pL#top")]
    public void So_is_one_in_the_query(string url)
    {
        var secrets = new SecretSet();
        secrets.AddUrl(url);

        Hides(secrets, url);
        Assert.Contains("192.0.2.7/cgi", secrets.Redact(url), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rtsp://camera.example:554/stream")]
    [InlineData("rtsp://camera.example/stream@1")]
    [InlineData("no address, but with @ in it")]
    public void An_address_without_a_password_is_shown(string url)
    {
        var secrets = new SecretSet();
        secrets.AddUrl(url);

        Assert.Equal(url, secrets.Redact(url));
    }

    [Theory]
    [InlineData("password: Kq7zT'\"Xw9pL # comment")]
    [InlineData("password: Kq7zT Xw9pL, {")]
    [InlineData("password: \"Kq7zT\\\"Xw9pL\"")]
    [InlineData("password: 'Kq7zT''Xw9pL'")]
    [InlineData("pasword: Kq7zT#Xw9pL")]
    [InlineData("url: rtsp://viewer:Kq7zT/\"Xw9pL@camera/1")]
    public void Findings_that_quote_a_line_quote_no_password(string line)
    {
        var result = Read($"sources:\n  cam:\n    type: rtsp\n    {line}\n    bad key\nsinks: {{ o: {{ type: null, from: cam }} }}\n");
        using var shown = new StringWriter();

        foreach (var format in Enum.GetValues<ProblemFormat>()) ProblemWriter.Write(shown, format, [result], TimeSpan.Zero);

        Assert.NotEmpty(result.Problems);
        Assert.DoesNotContain(Head, shown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Tail, shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_values_of_another_set_are_taken_over()
    {
        var (one, other) = (new SecretSet(), new SecretSet());
        other.Add(Head + "\"" + Tail);

        one.Add(other);

        Hides(one, $"a {Head}\\\"{Tail} b");
    }

    private static void Hides(SecretSet secrets, string text)
    {
        var shown = secrets.Redact(text);
        Assert.DoesNotContain(Head, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Tail, shown, StringComparison.Ordinal);
        Assert.Contains("***", shown, StringComparison.Ordinal);
    }
}
