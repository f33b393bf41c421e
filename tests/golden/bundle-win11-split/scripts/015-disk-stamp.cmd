@echo off
rem Step 15 of 15: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "win11-split", "identity": "c1c71357-d327-51fe-b06f-4a06f01b7e4e", "plan": "b0a91490143aa500ee4cc1a180c023acca0b70c89ef83f7e1e1a7f8de0302704"}|| exit /b 1
