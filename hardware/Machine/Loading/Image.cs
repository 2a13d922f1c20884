using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hardware.Machine.Loading;

/// <summary>A program and its libraries, rewritten and loaded into a context of their own, so that each machine has its own
/// statics.</summary>
internal sealed class Image
{
    private readonly List<FieldInfo> _statics = [];
    private readonly List<Action> _constructors = [];

    private Image(Context context, string program, IReadOnlyCollection<string> references)
    {
        foreach (Assembly each in context.Assemblies.OrderBy(each => each.GetName().Name, StringComparer.Ordinal)) Add(each);
        Assembly main = context.Assemblies.First(each => each.GetName().Name == program);
        EntryPoint = main.EntryPoint;
        UsesPins = references.Any(each => each.StartsWith("System.Device.Gpio", StringComparison.Ordinal));
    }

    /// <summary>Main; null: it is a library.</summary>
    internal MethodInfo? EntryPoint { get; }

    /// <summary>Static constructors, in the order in which a board runs them (38).</summary>
    internal IReadOnlyList<Action> StaticConstructors => _constructors;

    /// <summary>Whether the board would load the libraries for pins and events.</summary>
    internal bool UsesPins { get; }

    /// <exception cref="UnknownMemberException">It uses what the machine does not have.</exception>
    internal static Image Load(string program, InstructionCosts costs)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(program))!;
        using DefaultAssemblyResolver resolver = new();
        resolver.AddSearchDirectory(folder);
        List<ModuleDefinition> modules = [];
        HashSet<string> names = [];
        Read(program, resolver, modules, names);
        SortedSet<string> references = new(StringComparer.Ordinal);
        foreach (ModuleDefinition module in modules)
        {
            references.UnionWith(module.GetTypeReferences().Select(each => each.FullName));
        }

        List<string> unknown = [];
        foreach (ModuleDefinition module in modules) unknown.AddRange(new Rewriter(module, names, costs).Rewrite());
        if (unknown.Count > 0) throw new UnknownMemberException(unknown);

        Context context = new();
        foreach (ModuleDefinition module in modules)
        {
            using MemoryStream code = new();
            using MemoryStream symbols = new();
            WriterParameters parameters = new();
            if (module.HasSymbols)
            {
                parameters.WriteSymbols = true;
                parameters.SymbolWriterProvider = new PortablePdbWriterProvider();
                parameters.SymbolStream = symbols;
            }

            module.Write(code, parameters);
            code.Position = 0;
            symbols.Position = 0;
            context.LoadFromStream(code, module.HasSymbols ? symbols : null);
            module.Dispose();
        }

        return new Image(context, Path.GetFileNameWithoutExtension(program), references);
    }

    /// <summary>Whether the code is a machine's firmware.</summary>
    internal static bool IsFirmware(Assembly assembly) => AssemblyLoadContext.GetLoadContext(assembly) is Context;

    /// <summary>All statics as they are before anything has run.</summary>
    internal void Reset()
    {
        foreach (FieldInfo field in _statics)
        {
            // A lambda that captures nothing belongs to an object that the static constructor of its class makes. On a board it
            // may be used before, without one; .NET refuses that.
            bool isLambdaHome = field.Name == "<>9" && field.FieldType == field.DeclaringType;
            field.SetValue(null, isLambdaHome ? RuntimeHelpers.GetUninitializedObject(field.FieldType) : null);
        }
    }

    // The module and all that it refers to and that lies beside it.
    private static void Read(string path, IAssemblyResolver resolver, List<ModuleDefinition> modules, HashSet<string> names)
    {
        ModuleDefinition module = ModuleDefinition.ReadModule(
            path,
            new ReaderParameters
            {
                AssemblyResolver = resolver,
                InMemory = true,
                ReadSymbols = true,
                ThrowIfSymbolsAreNotMatching = false,
                SymbolReaderProvider = new DefaultSymbolReaderProvider(throwIfNoSymbol: false),
            });
        modules.Add(module);
        names.Add(module.Assembly.Name.Name);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (AssemblyNameReference reference in module.AssemblyReferences)
        {
            if (names.Contains(reference.Name) || IsPlatform(reference.Name)) continue;
            string library = Path.Combine(folder, reference.Name + ".dll");
            if (File.Exists(library)) Read(library, resolver, modules, names);
        }
    }

    private static bool IsPlatform(string name) =>
        name is "mscorlib" or "netstandard" or "VirtualRuntime"
        || name.StartsWith("System.", StringComparison.Ordinal)
        || name.StartsWith("nanoFramework.", StringComparison.Ordinal);

    private void Add(Assembly assembly)
    {
        const BindingFlags Statics =
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (Type type in assembly.GetTypes().OrderBy(each => each.FullName, StringComparer.Ordinal))
        {
            if (type.ContainsGenericParameters) continue;
            foreach (FieldInfo field in type.GetFields(Statics))
            {
                bool isData = (field.Attributes & System.Reflection.FieldAttributes.HasFieldRVA) != 0; // of an array literal
                if (!field.IsLiteral && !isData) _statics.Add(field);
            }

            MethodInfo? constructor = type.GetMethod(Rewriter.StaticConstructor, Statics);
            if (constructor != null) _constructors.Add(constructor.CreateDelegate<Action>());
        }
    }

    // Not collectible: statics of a collectible context are slower, and machines are few.
    private sealed class Context() : AssemblyLoadContext("firmware")
    {
        protected override Assembly? Load(AssemblyName name) =>
            Assemblies.FirstOrDefault(each => each.GetName().Name == name.Name)
            ?? (name.Name == typeof(Image).Assembly.GetName().Name ? typeof(Image).Assembly : null)
            ?? (name.Name == typeof(VirtualRuntime.Chip).Assembly.GetName().Name ? typeof(VirtualRuntime.Chip).Assembly : null);
    }
}
