using System.Reflection;

namespace SegPipe.Configuration;

/// <summary>A stable code of a finding; the numbers are never used again for something else.</summary>
/// <param name="Id">The code, <c>SP1004</c>.</param>
/// <param name="Meaning">What it stands for, in a few words.</param>
public sealed record ProblemCode(string Id, string Meaning)
{
    internal static readonly ProblemCode FileUnreadable = new("SP1001", "the file is missing or cannot be read");
    internal static readonly ProblemCode FileEmpty = new("SP1002", "the file is empty");
    internal static readonly ProblemCode Syntax = new("SP1003", "the text is not YAML");
    internal static readonly ProblemCode UnknownKey = new("SP1004", "a key that is not known here");
    internal static readonly ProblemCode DuplicateKey = new("SP1005", "a key is written twice in one map");
    internal static readonly ProblemCode TooLarge = new("SP1006", "the text is too large, too deep or has too many aliases");
    internal static readonly ProblemCode Tab = new("SP1007", "a tab in the indentation");
    internal static readonly ProblemCode WrongShape = new("SP1008", "a map, a list or a single value stands where another is wanted");
    internal static readonly ProblemCode MissingOption = new("SP1009", "an option that is required is missing or empty");
    internal static readonly ProblemCode WrongType = new("SP1010", "a value that is not of the option's type");
    internal static readonly ProblemCode OutOfRange = new("SP1011", "a value outside of the option's range");
    internal static readonly ProblemCode UnknownWord = new("SP1012", "a word that is none of the option's");
    internal static readonly ProblemCode UnknownType = new("SP1013", "a type of source, stage or sink that does not exist");
    internal static readonly ProblemCode Contradiction = new("SP1014", "options that do not go together");
    internal static readonly ProblemCode BadId = new("SP1015", "an id that is not lower-case letters, digits and underscores, or is used twice");
    internal static readonly ProblemCode BadVersion = new("SP1016", "a version of the file format that is not known");
    internal static readonly ProblemCode UnknownVariable = new("SP1021", "a variable that is not set or does not exist");
    internal static readonly ProblemCode BadReference = new("SP1022", "a `${...}` that cannot be read");
    internal static readonly ProblemCode SecretUnreadable = new("SP1023", "a `${file:...}` that cannot be read");
    internal static readonly ProblemCode NoSuchInput = new("SP1024", "`${input...}` in a stream that does not read exactly one file");
    internal static readonly ProblemCode BadOverride = new("SP1031", "a `--set` or `SEGPIPE__` setting that fits nowhere");
    internal static readonly ProblemCode NothingToDo = new("SP1101", "no sources or no sinks");
    internal static readonly ProblemCode UnknownId = new("SP1102", "an id that no component has");
    internal static readonly ProblemCode WrongOutput = new("SP1103", "an output that does not exist, or several where one must be named");
    internal static readonly ProblemCode WrongInputCount = new("SP1104", "too few or too many inputs");
    internal static readonly ProblemCode KindMismatch = new("SP1105", "what is put out is not what is accepted");
    internal static readonly ProblemCode Cycle = new("SP1106", "components that feed themselves");
    internal static readonly ProblemCode UnknownModel = new("SP1107", "a model that is not an entry of `models`");
    internal static readonly ProblemCode NotAnAncestor = new("SP1108", "a component whose pictures this one is not made from");
    internal static readonly ProblemCode DifferentNumbers = new("SP1109", "inputs whose frames are numbered by different decoders");
    internal static readonly ProblemCode WrongPolicy = new("SP1110", "a policy that this edge cannot have");
    internal static readonly ProblemCode SamePath = new("SP1111", "two outputs, or an input and an output, with one path");
    internal static readonly ProblemCode WorkersOfStream = new("SP1112", "several workers of a stage that can have only one");
    internal static readonly ProblemCode LossBehindLatency = new("SP1113", "a stage that holds frames back, behind a place that loses frames, in front of a stage that pairs");
    internal static readonly ProblemCode BadListen = new("SP1114", "an address to serve at that is none");
    internal static readonly ProblemCode OpenWithoutToken = new("SP1115", "served to other machines without a token");
    internal static readonly ProblemCode InputMissing = new("SP1201", "an input file or folder that does not exist");
    internal static readonly ProblemCode InputUnreadable = new("SP1202", "an input file or folder that cannot be read");
    internal static readonly ProblemCode OutputOutside = new("SP1203", "an output outside of the output root");
    internal static readonly ProblemCode OutputTemplate = new("SP1204", "an output path that does not begin with literal text");
    internal static readonly ProblemCode OutputImpossible = new("SP1205", "an output that cannot be created");
    internal static readonly ProblemCode OpenToken = new("SP1206", "a token file that is empty or that others may read");
    internal static readonly ProblemCode Refused = new("SP1301", "a component that cannot be made or opened with these options and inputs");
    internal static readonly ProblemCode NotInParts = new("SP1401", "something whose frames in a part of a video would not be those of the whole");
    internal static readonly ProblemCode NotForBatch = new("SP1402", "a pipeline of a batch that treats all inputs as one");
    internal static readonly ProblemCode UnusedComponent = new("SP2001", "a source or stage that nothing reads");
    internal static readonly ProblemCode UnusedModel = new("SP2002", "a model that nothing uses");
    internal static readonly ProblemCode SharedWait = new("SP2003", "a network sink that can hold up a file sink");
    internal static readonly ProblemCode LossyPackets = new("SP2004", "single packets may be dropped, which breaks the pictures behind them");
    internal static readonly ProblemCode UnsetVariable = new("SP2005", "a variable that is not set now and must be when the pipeline runs");
    internal static readonly ProblemCode MemoryAboveMachine = new("SP2006", "a memory budget above what the container or machine has");
    internal static readonly ProblemCode UnseenPreview = new("SP2007", "a preview that nobody can see, because there is no http");

    /// <summary>All codes, by number.</summary>
    public static IReadOnlyList<ProblemCode> All { get; } =
    [
        .. typeof(ProblemCode).GetFields(BindingFlags.Static | BindingFlags.NonPublic)
            .Select(f => f.GetValue(null)).OfType<ProblemCode>().OrderBy(c => c.Id, StringComparer.Ordinal),
    ];
}
