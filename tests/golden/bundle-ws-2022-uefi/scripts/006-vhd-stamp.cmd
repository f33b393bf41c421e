@echo off
rem Step 6 of 15: leave the stamp in the VHD: which plan made it.
>"W:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "ws-2022-uefi", "identity": "2bac046f-740e-5114-b468-79cd96b61179", "plan": "4707609a6311b2ac90e59294ee45e255a6c35ced7c5eb913569ed1f033a3f049"}|| exit /b 1
