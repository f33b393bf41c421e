@echo off
rem Step 6 of 15: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "win11-split", "identity": "c1c71357-d327-51fe-b06f-4a06f01b7e4e", "plan": "5443912677863d7b8d74071f88c3a869f537ce3623c1c8f6b0265a30dcc46906"}|| exit /b 1
