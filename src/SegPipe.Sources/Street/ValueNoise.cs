namespace SegPipe.Sources.Street;

/// <summary>Smooth noise in 0–1 over the plane. It remembers its last cell, since neighbouring pixels mostly share one.</summary>
/// <param name="salt">Tells one noise from another.</param>
internal struct ValueNoise(int salt)
{
    private int _x, _y;
    private float _a, _b, _c, _d;
    private bool _filled;

    /// <summary>The noise at a point.</summary>
    public float At(float x, float y)
    {
        int ix = (int)MathF.Floor(x), iy = (int)MathF.Floor(y);
        float fx = x - ix, fy = y - iy;
        fx = fx * fx * (3 - 2 * fx);
        fy = fy * fy * (3 - 2 * fy);
        if (!_filled || ix != _x || iy != _y) Fill(ix, iy);
        return _a + (_b - _a) * fx + (_c - _a) * fy + (_a - _b - _c + _d) * fx * fy;
    }

    /// <summary>The noise at one point only.</summary>
    public static float At(float x, float y, int salt) => new ValueNoise(salt).At(x, y);

    private void Fill(int ix, int iy)
    {
        (_x, _y, _filled) = (ix, iy, true);
        _a = StreetDice.Hash(ix, iy, salt) * (1f / 4294967296f);
        _b = StreetDice.Hash(ix + 1, iy, salt) * (1f / 4294967296f);
        _c = StreetDice.Hash(ix, iy + 1, salt) * (1f / 4294967296f);
        _d = StreetDice.Hash(ix + 1, iy + 1, salt) * (1f / 4294967296f);
    }
}
