using System.CommandLine;
using ButtonModule;
using Hardware.Boards;
using Hardware.Cli;
using Hardware.Pages;

CommandProgram program = CommandProgram.Start("Pages");
Option<bool> check = new("--check") { Description = "Write nothing; name the files that differ" };
RootCommand root = new("Writes the boards' pages and wiring pictures, the page of the log, and the table in hardware/README.md, "
    + "from the tables in firmware/ButtonModule/Boards.cs and hardware/BoardFacts.\n\n"
    + "Exit code: 0 done, 1 a file differs (--check) or cannot be written, 2 wrong use.")
{
    check,
};
root.SetAction(parsed =>
{
    int differing = 0;
    foreach ((string path, string text) in Files())
    {
        string file = Path.Combine(Repository.Root, path);
        if (File.Exists(file) && File.ReadAllText(file) == text) continue;
        differing++;
        if (parsed.GetValue(check))
        {
            program.Complain($"{path} is not what the tables give; dotnet run --project hardware/Pages writes it anew");
            continue;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return program.Complain($"{path}: cannot be written: {exception.Message}");
        }

        program.Output.WriteLine(path);
    }

    if (!parsed.GetValue(check)) program.Output.WriteLine($"{differing} files written, the others are as they should be");
    return parsed.GetValue(check) && differing > 0 ? ExitCode.Failed : ExitCode.Success;
});
return program.Run(root, args);

static IEnumerable<(string Path, string Text)> Files()
{
    Board[] boards = ButtonModule.Boards.All();
    foreach (BoardFacts facts in BoardFacts.All)
    {
        Board board = boards.Single(row => row.Name == facts.Name);
        yield return ($"hardware/boards/{facts.Name}/README.md", BoardPage.Write(board, facts));
        yield return ($"hardware/boards/{facts.Name}/wiring.svg", WiringPicture.Draw(board, facts));
    }

    yield return ("hardware/boards/LOG.md", LogPage.Write());
    const string Table = "hardware/README.md";
    yield return (Table, HardwareTable.Replace(Repository.Text(Table), BoardPage.Table(boards)));
}
