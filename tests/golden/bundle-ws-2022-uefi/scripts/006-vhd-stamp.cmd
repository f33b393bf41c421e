@echo off
rem Step 6 of 15: leave the stamp in the VHD: which plan made it.
>"W:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "ws-2022-uefi", "identity": "2bac046f-740e-5114-b468-79cd96b61179", "plan": "73cbb4ad6f4e32326548c62d60d104af2833edcadfd74bf8a3108e1e1036812d"}|| exit /b 1
