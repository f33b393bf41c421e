@echo off
rem Step 6 of 27: what Windows does at its first boot. A caret keeps cmd from reading the sign behind it as its own.
set "FILE=R:\Windows\Setup\Scripts\SetupComplete.cmd"
if not exist "R:\Windows\Setup\Scripts" mkdir "R:\Windows\Setup\Scripts"
if exist "%FILE%" del /f /q "%FILE%"
if exist "%FILE%" exit /b 1
>>"%FILE%" echo @echo off
>>"%FILE%" echo rem Made by hvsbuild from the spec hvs-2008-r2-usb. Windows runs it once, as the system, when it has been
>>"%FILE%" echo rem set up. What is done, and how it ends, is in %%SystemRoot%%\hvsbuild-first-boot.log
>>"%FILE%" echo if not "%%~1"=="logged" ^(
>>"%FILE%" echo     cmd /d /c ""%%~f0" logged" ^>"%%SystemRoot%%\hvsbuild-first-boot.log" 2^>^&1
>>"%FILE%" echo     exit /b 0
>>"%FILE%" echo ^)
>>"%FILE%" echo echo %%DATE%% %%TIME%% 1 of 11: drivers of drivers/nic
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo for /r "%%SystemDrive%%\hvsbuild\drivers-nic" %%%%I in ^(*.inf^) do pnputil -i -a "%%%%I"
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 2 of 11: drivers of drivers/flat
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo for %%%%I in ^(%%SystemDrive%%\hvsbuild\drivers-flat\*.inf^) do pnputil -i -a "%%%%I"
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 3 of 11: drivers of drivers/raid/one 100%%%%.inf
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo pnputil -i -a "%%SystemDrive%%\hvsbuild\drivers-raid\one 100%%%%.inf"
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 4 of 11: enable the feature Microsoft-Hyper-V
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo dism /online /enable-feature /featurename:Microsoft-Hyper-V /quiet /norestart
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 5 of 11: disable the feature IIS-WebServer
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo dism /online /disable-feature /featurename:IIS-WebServer /quiet /norestart
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 6 of 11: update updates/kb1.msu
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo wusa "%%SystemDrive%%\hvsbuild\packages-kb1.msu" /quiet /norestart
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 7 of 11: update updates/kb2.cab
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo dism /online /add-package /packagepath:"%%SystemDrive%%\hvsbuild\packages-kb2.cab" /quiet /norestart
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 8 of 11: update updates/all
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo for %%%%U in ^(%%SystemDrive%%\hvsbuild\packages-all\*.msu^) do wusa "%%%%U" /quiet /norestart
>>"%FILE%" echo for %%%%U in ^(%%SystemDrive%%\hvsbuild\packages-all\*.cab^) do dism /online /add-package /packagepath:"%%%%U" /quiet /norestart
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 9 of 11: netsh advfirewall set allprofiles state off
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo netsh advfirewall set allprofiles state off
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 10 of 11: powercfg /h off ^^^& echo "100%%%%%%%% done > %%%%SystemRoot%%%%" ^^^(really^^^)
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo powercfg /h off ^& echo "100%%%% done > %%SystemRoot%%" ^(really^)
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 11 of 11: call C:\Tools\setup.cmd /quiet
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo call C:\Tools\setup.cmd /quiet
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% all done
>>"%FILE%" echo exit /b 0
if not exist "%FILE%" exit /b 1
exit /b 0
