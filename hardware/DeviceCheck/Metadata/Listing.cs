namespace Hardware.DeviceCheck.Metadata;

/// <summary>An API listing in memory. Every record is one line: a keyword and tab-separated columns.</summary>
internal sealed class Listing
{
    internal sealed class Item(string[] columns)
    {
        /// <summary>Column 0 is the keyword; columns past the end of the line read as empty.</summary>
        public string this[int column] => column < columns.Length ? columns[column] : "";
        public IEnumerable<string> From(int column) => columns.Skip(column);
        public string Name => this[1];
        public List<string> Attributes { get; } = [];
        public List<(int Parameter, string Text)> ParameterAttributes { get; } = [];
        public List<Item> Generics { get; } = [];
        public List<(string Type, string Name)> Overrides { get; } = [];
    }

    internal sealed class TypeItem(string[] columns)
    {
        public Item Head { get; } = new(columns);
        public List<Item> Fields { get; } = [];
        public List<Item> Methods { get; } = [];
        public List<Item> Properties { get; } = [];
        public List<Item> Events { get; } = [];
        public List<string> Interfaces { get; } = [];

        public bool IsPublic => Head[2].StartsWith("public", StringComparison.Ordinal);

        public bool IsEnum => Head[3].EndsWith("System.Enum", StringComparison.Ordinal);
    }

    public Item Assembly { get; private set; } = new([]);
    public Item Module { get; private set; } = new([]);
    public List<Item> References { get; } = [];
    public List<TypeItem> Types { get; } = [];
    public string Name => Assembly.Name;

    /// <summary>The package that has the assembly, and its version.</summary>
    public string Package => Assembly[4];

    public static Listing Read(TextReader reader, string path)
    {
        var listing = new Listing();
        Item? last = null;
        Item? owner = null; // what "generic" and "overrides" lines belong to
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            string[] c = line.Split('\t');
            try
            {
                switch (c[0])
                {
                    case "assembly": last = listing.Assembly = new Item(c); break;
                    case "module": last = listing.Module = new Item(c); break;
                    case "reference": listing.References.Add(new Item(c)); break;
                    case "type": listing.Types.Add(new TypeItem(c)); last = owner = listing.Types[^1].Head; break;
                    case "implements": listing.Types[^1].Interfaces.Add(c[1]); break;
                    case "field": listing.Types[^1].Fields.Add(last = new Item(c)); break;
                    case "method": listing.Types[^1].Methods.Add(last = owner = new Item(c)); break;
                    case "property": listing.Types[^1].Properties.Add(last = new Item(c)); break;
                    case "event": listing.Types[^1].Events.Add(last = new Item(c)); break;
                    case "generic": owner!.Generics.Add(last = new Item(c)); break;
                    case "attr": last!.Attributes.Add(c[1]); break;
                    case "param-attr": owner!.ParameterAttributes.Add((int.Parse(c[1]), c[2])); break;
                    case "overrides": owner!.Overrides.Add((c[1], c[2])); break;
                    default: throw new FormatException($"unknown keyword '{c[0]}'");
                }
            }
            catch (Exception e) when (e is FormatException or NullReferenceException or ArgumentOutOfRangeException
                or IndexOutOfRangeException)
            {
                throw new FormatException($"{path}({number}): {e.Message}");
            }
        }

        return listing;
    }
}
