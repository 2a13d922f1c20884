using ButtonModule;
using Hardware.Boards;
using Hardware.Boards.Pages;

string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "nf.sln")))
{
    if (Path.GetDirectoryName(root) is not { } parent)
    {
        Console.Error.WriteLine("pages: run it in its repository, with dotnet run --project hardware/Pages");
        return 2;
    }

    root = parent;
}

Board[] boards = ButtonModule.Boards.All();
foreach (BoardFacts facts in BoardFacts.All)
{
    Board board = boards.Single(row => row.Name == facts.Name);
    string folder = Directory.CreateDirectory(Path.Combine(root, "hardware", "boards", facts.Name)).FullName;
    File.WriteAllText(Path.Combine(folder, "README.md"), BoardPage.Write(board, facts));
    File.WriteAllText(Path.Combine(folder, "wiring.svg"), WiringPicture.Draw(board, facts));
    Console.WriteLine($"hardware/boards/{facts.Name}: README.md, wiring.svg");
}

File.WriteAllText(Path.Combine(root, "hardware", "boards", "LOG.md"), LogPage.Write());
Console.WriteLine("hardware/boards/LOG.md: the lines of the log");
string table = Path.Combine(root, "hardware", "README.md");
string text = File.ReadAllText(table);
File.WriteAllText(table, HardwareTable.Replace(text, BoardPage.Table(boards)));
Console.WriteLine("hardware/README.md: the table");
return 0;
