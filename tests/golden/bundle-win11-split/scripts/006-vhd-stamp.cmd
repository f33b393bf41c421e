@echo off
rem Step 6 of 15: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "win11-split", "identity": "c1c71357-d327-51fe-b06f-4a06f01b7e4e", "plan": "9e1c5bba1db93c00fc0fcba84c9d12fd71992ea662b6cb355314cbfb9fb968a6"}|| exit /b 1
