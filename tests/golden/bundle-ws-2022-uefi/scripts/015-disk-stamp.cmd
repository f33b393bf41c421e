@echo off
rem Step 15 of 15: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "ws-2022-uefi", "identity": "2bac046f-740e-5114-b468-79cd96b61179", "plan": "b1546c987af62235cc7309c864725fe6ba3e9b217c880f278c55019596ba7637"}|| exit /b 1
