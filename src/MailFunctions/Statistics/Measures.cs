namespace MailFunctions.Statistics;

/// <summary>The counts of one bucket, dimension and value. Adding is associative and commutative, and <see cref="Zero"/> adds nothing.</summary>
internal sealed class Measures : IEquatable<Measures>
{
    public static readonly Measures Zero = new Tally().ToMeasures();

    private readonly long[] _counts;

    internal Measures(long[] counts, LatencyHistogram latency) => (_counts, Latency) = (counts, latency);

    /// <summary>
    /// The time from accept to the end of the attempt that made an email sent or partial; it includes the
    /// wait of a scheduled email.
    /// </summary>
    public LatencyHistogram Latency { get; }

    public long this[Measure measure] => _counts[(int)measure];

    public bool IsZero => Equals(Zero);

    public static Measures operator +(Measures left, Measures right)
    {
        var sum = new Tally();
        sum.Add(left);
        sum.Add(right);
        return sum.ToMeasures();
    }

    public bool Equals(Measures? other) =>
        other is not null && _counts.AsSpan().SequenceEqual(other._counts) && Latency.Equals(other.Latency);

    public override bool Equals(object? obj) => Equals(obj as Measures);

    public override int GetHashCode() => HashCode.Combine(this[Measure.Accepted], this[Measure.Attempts], Latency);

    public override string ToString() =>
        string.Join(' ', Enum.GetValues<Measure>().Where(measure => this[measure] != 0).Select(measure => $"{measure.Name()}={this[measure]}"))
        + $" latency={Latency}";
}

/// <summary>Adds up measures.</summary>
/// <remarks>Not safe for concurrent use.</remarks>
internal sealed class Tally
{
    private readonly long[] _counts = new long[MeasureNames.All.Length];

    public LatencyHistogram Latency { get; set; } = LatencyHistogram.Empty;

    public long this[Measure measure]
    {
        get => _counts[(int)measure];
        set => _counts[(int)measure] = value;
    }

    public void Add(Measures measures)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += measures[(Measure)i];
        Latency = Latency.Merge(measures.Latency);
    }

    public Measures ToMeasures() => new([.. _counts], Latency);
}
