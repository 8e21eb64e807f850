namespace SegPipe.Testing;

internal static class Program
{
    private static int Main(string[] arguments) => SimdTiers.Child(arguments);
}
