using Reference;

namespace VirtualBoard.Tests;

/// <summary>The programs and scripts of Programs/: the programs compiled as for a board, once.</summary>
[TestClass]
public static class TestFirmware
{
    /// <summary>Where they are.</summary>
    internal static string Folder { get; private set; } = "";

    /// <summary>Compiles them.</summary>
    [AssemblyInitialize]
    public static void Compile(TestContext context)
    {
        Folder = Directory.CreateTempSubdirectory("virtual-board-tests-").FullName;
        var compiler = new BoardCompiler();
        foreach (string source in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Programs")))
        {
            if (!source.EndsWith(".cs", StringComparison.Ordinal))
            {
                File.Copy(source, Path.Combine(Folder, Path.GetFileName(source)));
                continue;
            }

            string output = Path.Combine(Folder, Path.GetFileNameWithoutExtension(source) + ".dll");
            IReadOnlyList<string> errors = compiler.Compile([source], output, isProgram: true, isNullable: true);
            Assert.IsEmpty(errors, string.Join('\n', errors));
        }
    }

    /// <summary>Removes them.</summary>
    [AssemblyCleanup]
    public static void Remove() => Directory.Delete(Folder, recursive: true);

    /// <summary>firmware/ButtonModule with its libraries, compiled as for a board.</summary>
    internal static string ModuleOfABoard() => FirmwareBuild.Build(
        FirmwareBuild.FindFirmware(), Directory.CreateDirectory(Path.Combine(Folder, "module")).FullName);
}
