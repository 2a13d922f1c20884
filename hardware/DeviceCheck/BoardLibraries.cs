using System.Reflection;
using Hardware.Cli;
using Hardware.DeviceCheck.Metadata;
using Microsoft.CodeAnalysis;

namespace Hardware.DeviceCheck;

/// <summary>What firmware is compiled against: assemblies without code that are made from the listings, and mscorlib as it really
/// is where its package can be had.</summary>
internal sealed class BoardLibraries
{
    private const string CoreName = "mscorlib";

    private readonly Dictionary<string, Listing> _listings = [];
    private readonly Dictionary<string, MetadataReference> _made = [];

    /// <summary>All listings.</summary>
    /// <param name="core">The real mscorlib; null: made from its listing like the others.</param>
    internal BoardLibraries(string? core = null)
    {
        Assembly own = typeof(BoardLibraries).Assembly;
        foreach (string name in own.GetManifestResourceNames())
        {
            using StreamReader reader = new(own.GetManifestResourceStream(name)!);
            _listings.Add(name, Listing.Read(reader, name));
        }

        Enums = _listings.Values.SelectMany(each => each.Types).Where(type => type.IsEnum)
            .Select(type => type.Head.Name).ToHashSet();
        if (core != null) _made.Add(CoreName, MetadataReference.CreateFromFile(core));
    }

    /// <summary>The assemblies' names.</summary>
    internal IEnumerable<string> Names => _listings.Keys.Order(StringComparer.Ordinal);

    /// <summary>The version of nanoFramework.CoreLibrary that is listed.</summary>
    internal string CoreVersion => _listings[CoreName].Package.Split(' ')[1];

    /// <summary>Full names of all public enums.</summary>
    internal IReadOnlySet<string> Enums { get; }

    /// <summary>A library without code.</summary>
    internal byte[] Make(string name) => ReferenceWriter.Write(_listings[name]);

    /// <summary>mscorlib, the libraries of packages and what these need themselves.</summary>
    /// <exception cref="UsageException">A package is not listed.</exception>
    internal IReadOnlyList<MetadataReference> Closure(IEnumerable<string> packages)
    {
        HashSet<string> names = [CoreName];
        Queue<string> pending = new(packages.Select(Assembly));
        while (pending.TryDequeue(out string? name))
        {
            if (!names.Add(name)) continue;
            foreach (Listing.Item reference in _listings[name].References) pending.Enqueue(reference.Name);
        }

        return [.. names.Select(Reference)];
    }

    /// <summary>Packages that have a public type, or a namespace, of this simple name.</summary>
    internal IEnumerable<string> PackagesWith(string name) =>
        from listing in _listings.Values
        where listing.Name != CoreName
        where listing.Types.Any(type => type.IsPublic && $"{type.Head.Name}.".Contains($".{name}.", StringComparison.Ordinal))
        select listing.Package.Split(' ')[0];

    private string Assembly(string package) =>
        _listings.Values.FirstOrDefault(each => each.Package.StartsWith(package + ' ', StringComparison.OrdinalIgnoreCase))?.Name
        ?? throw new UsageException($"there is no listing of the package {package} in hardware/DeviceCheck/Api; "
            + $"there are: {string.Join(", ", _listings.Values.Select(each => each.Package.Split(' ')[0]).Order())}");

    private MetadataReference Reference(string name)
    {
        if (!_made.TryGetValue(name, out MetadataReference? made))
        {
            made = MetadataReference.CreateFromImage(Make(name));
            _made.Add(name, made);
        }

        return made;
    }
}
