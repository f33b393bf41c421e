@echo off
rem Step 20 of 20: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "winpe-rescue", "identity": "a756011c-b088-5fca-876b-a5796cda41a7", "plan": "d037563b5ab7f966bdb435be420eedcc733defca00cb8add1737c1acf575a806"}|| exit /b 1
