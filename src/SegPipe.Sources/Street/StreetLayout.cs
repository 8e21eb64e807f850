namespace SegPipe.Sources.Street;

/// <summary>A thing that stands at a depth and can be painted onto any rows.</summary>
internal readonly record struct StreetItem(float Depth, Action<StreetCanvas> Paint);

/// <summary>Decides what stands where: slots of nine metres along both sides, lanes with traffic between them.</summary>
internal sealed class StreetLayout(StreetTraits traits, StreetView view)
{
    private const float Slot = 9f, Gap = 17f;

    private readonly StreetDice _dice = traits.Dice;
    private readonly StreetFrontage _frontage = new(traits, view);
    private readonly StreetVehicles _vehicles = new(traits, view);
    private readonly StreetKerb _kerb = new(traits);
    private readonly List<StreetItem> _items = [];

    /// <summary>Everything that may be seen, from back to front.</summary>
    public StreetItem[] Items()
    {
        int first = (int)MathF.Floor(view.Ego / Slot) - 1, last = (int)((view.Ego + StreetView.Far) / Slot);
        for (var s = first; s <= last; s++)
        {
            foreach (var side in (ReadOnlySpan<int>)[-1, 1])
            {
                PlaceFrontage(s, side);
                PlaceKerb(s, side);
            }
        }

        for (var lane = 0; lane < traits.Lanes; lane++) PlaceTraffic(lane);
        return [.. _items.OrderByDescending(item => item.Depth)];
    }

    private void Add(float depth, Action<StreetCanvas> paint) => _items.Add(new(depth, paint));

    private void PlaceFrontage(int s, int side)
    {
        int key = s * 2 + (side + 1) / 2, stretch = s / 4, stretchSide = s / 4 * 2 + (side + 1) / 2;
        float z0 = s * Slot - view.Ego, z1 = z0 + Slot, edge = traits.RoadHalf + traits.Sidewalk, kind = _dice.Unit(100, key);
        if (kind < traits.BuildingDensity)
        {
            // Neighbouring slots share a facade now and then, so that buildings differ in length.
            int facade = _dice.Unit(101, key) < 0.5f ? key : key - 2;
            float height = 5 + 22 * _dice.Unit(102, facade) * _dice.Unit(103, facade), x = edge + traits.Setback + 1.5f * _dice.Unit(104, facade);
            Add(z1, canvas => _frontage.PaintHouse(canvas, side, x, height, z0, z1, facade));
        }
        else if (kind < traits.BuildingDensity + (1 - traits.BuildingDensity) * 0.6f)
        {
            for (var k = 0; k < 3; k++)
            {
                float tz = z0 + Slot * (k + _dice.Unit(110 + k, key)) / 3, tx = edge + traits.Setback + 1 + 7 * _dice.Unit(113 + k, key);
                int tree = key * 3 + k;
                float height = 3 + 6 * _dice.Unit(116, tree);
                Add(tz, canvas => _kerb.PaintTree(canvas, side * tx, tz, height, tree));
            }
        }

        if (traits.Setback > 1.2f && _dice.Unit(120, stretchSide) < traits.FenceDensity)
        {
            bool wall = _dice.Unit(121, stretchSide) < 0.45f;
            Add(z1 - 0.01f, canvas => _frontage.PaintEnclosure(canvas, side, edge + 0.3f, z0, z1, stretch, wall));
        }
    }

    private void PlaceKerb(int s, int side)
    {
        int key = s * 2 + (side + 1) / 2;
        float z0 = s * Slot - view.Ego, post = z0 + Slot * _dice.Unit(200, key), kerb = traits.RoadHalf + 0.45f, what = _dice.Unit(201, key);
        if (what < 0.28f) Add(post, canvas => _kerb.PaintPole(canvas, side * kerb, post, 6.5f + _dice.Unit(202, key) * 2, 0.09f, side, lamp: true));
        else if (what < 0.48f) Add(post, canvas => _kerb.PaintSign(canvas, side * kerb, post, key));
        else if (what < 0.58f) Add(post, canvas => _kerb.PaintTrafficLight(canvas, side * kerb, post, key));
        if (_dice.Unit(203, key) < traits.TreeDensity)
        {
            float tz = z0 + Slot * _dice.Unit(204, key), tx = traits.RoadHalf + 0.8f + 0.5f * _dice.Unit(205, key);
            Add(tz, canvas => _kerb.PaintTree(canvas, side * tx, tz, 3.5f + 4 * _dice.Unit(206, key), key));
        }

        for (var k = 0; k < 2; k++) PlacePerson(key * 2 + k, side, z0);
        if (_dice.Unit(220, key) < 0.16f)
        {
            float bz = z0 + Slot * _dice.Unit(221, key);
            byte label = _dice.Unit(222, key) < 0.65f ? TrainId.Bicycle : TrainId.Motorcycle;
            Add(bz, canvas => _vehicles.PaintTwoWheeler(canvas, side * (traits.RoadHalf + 0.9f), bz, label, key, sideways: true));
        }

        if (_dice.Unit(230, key) < traits.TrafficDensity * 0.45f)
        {
            float pz = z0 + 1 + 3 * _dice.Unit(231, key);
            Add(pz + 4.2f, canvas => _vehicles.PaintVehicle(canvas, side * (traits.RoadHalf - 1.1f), pz, TrainId.Car, key + 7919, side > 0));
        }
    }

    private void PlacePerson(int who, int side, float z0)
    {
        if (_dice.Unit(210, who) >= traits.PeopleDensity) return;
        float drift = (_dice.Unit(211, who) < 0.5f ? -1 : 1) * 1.3f * view.Time;
        float z = z0 + Slot * _dice.Unit(212, who) + drift % (Slot * 3), x = traits.RoadHalf + 0.7f + (traits.Sidewalk - 1) * _dice.Unit(213, who);
        Add(z, canvas => _kerb.PaintPerson(canvas, side * x, z, 1.5f + 0.4f * _dice.Unit(214, who), who, view.Time, TrainId.Person));
    }

    private void PlaceTraffic(int lane)
    {
        float x = (lane - (traits.Lanes - 1) / 2f) * StreetTraits.LaneWidth;
        bool oncoming = x < -0.1f;
        float speed = oncoming ? -traits.Speed * _dice.Range(300, 0.7f, 1.1f, lane) : traits.Speed * _dice.Range(301, 0.8f, 1.15f, lane);
        float flow = speed * view.Time;
        int first = (int)MathF.Floor((view.Ego - flow) / Gap) - 1, last = (int)((view.Ego - flow + StreetView.Far) / Gap);
        for (var n = first; n <= last; n++)
        {
            int key = n * 8 + lane;
            if (_dice.Unit(302, key) >= traits.TrafficDensity) continue;
            float z = n * Gap + 8 * _dice.Unit(303, key) + flow - view.Ego;
            // The camera's own car takes this place.
            if (MathF.Abs(x) < 1.8f && z < 6.5f) continue;
            float kind = _dice.Unit(304, key), jitter = (_dice.Unit(305, key) - 0.5f) * 0.7f;
            if (traits.HasTram && lane == 0 && kind < 0.25f) AddVehicle(x + jitter, z, 16, TrainId.Train, key, !oncoming);
            else if (kind < 0.60f) AddVehicle(x + jitter, z, 4.3f, TrainId.Car, key, !oncoming);
            else if (kind < 0.72f) AddVehicle(x + jitter, z, 8, TrainId.Truck, key, !oncoming);
            else if (kind < 0.84f) AddVehicle(x + jitter, z, 11, TrainId.Bus, key, !oncoming);
            else AddRider(x + (oncoming ? -1 : 1) * 1.0f, z, kind < 0.92f ? TrainId.Motorcycle : TrainId.Bicycle, key);
        }
    }

    private void AddVehicle(float x, float z, float length, byte label, int key, bool sameWay) =>
        Add(z + length, canvas => _vehicles.PaintVehicle(canvas, x, z, label, key, sameWay));

    private void AddRider(float x, float z, byte label, int key) => Add(z, canvas =>
    {
        _vehicles.PaintTwoWheeler(canvas, x, z, label, key, sideways: false);
        _kerb.PaintPerson(canvas, x, z - 0.01f, 1.75f, key, view.Time, TrainId.Rider);
    });
}
